import { Navigate } from "@tanstack/react-router";
import { Waiting } from "@/look/Loaded";

/** Nothing is here for whoever came: on to another page, of which the place is kept meanwhile. */
export function Elsewhere({ to }: { to: "/" | "/freelancer" }) {
  return (
    <>
      <Navigate to={to} replace />
      <Waiting />
    </>
  );
}
