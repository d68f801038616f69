import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { stepAt } from "@/client/curve";

type Preview = Schemas["CancellationPreview"];

/** The first instant at which a preview is no longer true, or no longer promised. */
export function goodUntil(preview: Preview, heardAt: number): number {
  const ends = [preview.quote_expires_at, stepAt(preview.curve, heardAt)?.until]
    .filter((each) => typeof each === "string")
    .map((each) => Date.parse(each));
  return Math.min(...ends, Number.POSITIVE_INFINITY);
}

/**
 * Asks anew as soon as what was shown is over: its quote has expired, or the next step has begun. Answers
 * whether the amount has fallen since somebody first saw it.
 */
export function useFresh(preview: Preview, now: number, again: () => void): boolean {
  const [first] = useState(preview.refund.amount);
  const [heard, setHeard] = useState({ of: preview, at: now });
  const [asked, setAsked] = useState<Preview | null>(null);
  if (heard.of !== preview) setHeard({ of: preview, at: now });
  // One that was over when it came says that two clocks differ; asking again would not help.
  const due = goodUntil(preview, heard.at);
  const over = due > heard.at && now > due;
  useEffect(() => {
    if (!over || asked === preview) return;
    setAsked(preview);
    again();
  }, [over, asked, preview, again]);
  return preview.refund.amount !== first;
}
