import { Text } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { all, delegations } from "@/api/queries";
import { useTexts } from "@/freelancer/texts";
import { ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { Panel } from "@/look/Panel";

/** Whether somebody waits for an answer. */
export function Teaser() {
  const { t } = useTexts();
  const query = useInfiniteQuery(delegations());
  return (
    <Panel title={t("teaser.title")}>
      <Loaded query={query} lines={2}>
        {(pages) => {
          const waiting = all(pages).filter((each) => each.delegation.status === "requested").length;
          return (
            <>
              <Text>{waiting ? t("teaser.some", { count: waiting }) : t("teaser.none")}</Text>
              <div>
                <ButtonLink to="/freelancer/delegations">
                  {t(waiting ? "teaser.answer" : "teaser.see")}
                </ButtonLink>
              </div>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
