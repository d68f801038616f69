import type { Schemas } from "@/api/client";

/** An address as it is written on a letter. */
export function AddressLines({
  of,
}: {
  of: Pick<Schemas["Address"], "line1" | "line2" | "city" | "state" | "postal_code">;
}) {
  return (
    <>
      {of.line1}
      <br />
      {of.line2 && (
        <>
          {of.line2}
          <br />
        </>
      )}
      {of.city}, {of.state} {of.postal_code}
    </>
  );
}
