import { Button } from "@fluentui/react-components";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useCommon } from "@/i18n/common";
import { ButtonLink } from "@/look/AppLink";
import { Page } from "@/look/Page";

/** No such page. */
export function Lost() {
  const { t } = useCommon();
  return (
    <Page title={t("say.not_found_title")} lead={t("say.not_found_text")}>
      <div>
        <ButtonLink to="/" appearance="primary">
          {t("say.home")}
        </ButtonLink>
      </div>
    </Page>
  );
}

/** A page that broke: a fault of ours. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useCommon();
  console.error(error);
  return (
    <Page title={t("say.broken_title")} lead={t("say.broken_text")}>
      <div>
        <Button appearance="primary" onClick={() => location.reload()}>
          {t("act.reload")}
        </Button>
      </div>
    </Page>
  );
}
