import { Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { useCommon } from "@/i18n/common";
import { Waiting } from "@/look/Loaded";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import type { Role } from "@/session/person";
import { useSession } from "@/session/session";

/** Lets in whoever is signed in, as one of these where it says so; the API judges anew. */
export function Gate({ roles }: { roles?: Role[] }) {
  const { person, is } = useSession();
  const { t } = useCommon();
  const here = useRouterState({ select: (state) => state.location.href });
  if (person === undefined) return <Waiting />;
  if (person === null) return <Navigate to="/sign-in" search={{ return_to: here }} replace />;
  if (roles && !roles.some(is)) {
    return (
      <Page title={t("say.not_for_you_title")}>
        <Nothing title={t("say.not_for_you_text", { name: person.name })} />
      </Page>
    );
  }
  return <Outlet />;
}
