import { Outlet, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
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
  const router = useRouter();

  const unknown = person === null;
  useEffect(() => {
    // Asked once, for the page that was wanted: while one is being sent on, the address is already another.
    if (unknown) {
      void router.navigate({
        to: "/sign-in",
        search: { return_to: router.state.location.href },
        replace: true,
      });
    }
  }, [unknown, router]);

  if (!person) return <Waiting />;
  if (roles && !roles.some(is)) {
    return (
      <Page title={t("say.not_for_you_title")}>
        <Nothing title={t("say.not_for_you_text", { name: person.name })} />
      </Page>
    );
  }
  return <Outlet />;
}
