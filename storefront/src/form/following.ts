import { useEffect, useState } from "react";

/** What is being typed, which begins anew whenever what is given has changed, such as by the way back. */
export function useFollowing(given: string): [value: string, set: (value: string) => void] {
  const [value, set] = useState(given);
  useEffect(() => set(given), [given]);
  return [value, set];
}
