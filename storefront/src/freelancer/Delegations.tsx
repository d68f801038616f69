import { makeStyles, tokens } from "@fluentui/react-components";
import { HandshakeRegular, PersonKeyRegular } from "@fluentui/react-icons";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { all, delegations, sales } from "@/api/queries";
import { Elsewhere } from "@/frame/Elsewhere";
import { DelegationRequest } from "@/freelancer/DelegationRequest";
import { InForce } from "@/freelancer/InForce";
import { useMe } from "@/freelancer/me";
import { Section } from "@/freelancer/Section";
import { useTexts } from "@/freelancer/texts";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";

type Sale = Schemas["Sale"];
type Read = InfiniteData<Schemas["SaleList"], string | undefined>;

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
});

/** R41, R42: requests to manage a subscription, and those that are managed. */
export function Delegations() {
  const styles = useStyles();
  const { t } = useTexts();
  const { state } = useMe();
  const client = useQueryClient();
  const query = useInfiniteQuery(delegations());
  const [said, setSaid] = useState("");
  if (state !== "enrolled") return <Elsewhere to="/freelancer" />;

  const decided = (sale: Sale, approved: boolean) => {
    setSaid(t(approved ? "delegations.approved" : "delegations.rejected", { name: sale.client.name }));
    client.setQueryData<Read>(delegations().queryKey, (read) => read && replaced(read, sale));
    void client.invalidateQueries({ queryKey: delegations().queryKey });
    void client.invalidateQueries({ queryKey: sales().queryKey });
    void client.invalidateQueries({ queryKey: ["subscription", sale.id] });
  };
  return (
    <Page title={t("delegations.title")} lead={t("delegations.lead")}>
      <Done text={said} />
      <Loaded query={query} lines={8}>
        {(pages) => {
          const requested = all(pages).filter((each) => each.delegation.status === "requested");
          const inForce = all(pages).filter((each) => each.delegation.status === "approved");
          return (
            <>
              <Section title={t("delegations.requests")}>
                {requested.length ? (
                  <ul className={styles.list}>
                    {requested.map((sale) => (
                      <li key={sale.id}>
                        <DelegationRequest sale={sale} decided={decided} />
                      </li>
                    ))}
                  </ul>
                ) : (
                  <Nothing
                    picture={<HandshakeRegular />}
                    title={t("delegations.none")}
                    text={t("delegations.none_text")}
                  />
                )}
              </Section>
              <Section title={t("delegations.in_force")}>
                {inForce.length ? (
                  <InForce sales={inForce} />
                ) : (
                  <Nothing
                    picture={<PersonKeyRegular />}
                    title={t("delegations.in_force_none")}
                    text={t("delegations.in_force_none_text")}
                  />
                )}
              </Section>
            </>
          );
        }}
      </Loaded>
      <More query={query} />
    </Page>
  );
}

/** What was read, with the sale as it is now. */
function replaced(read: Read, sale: Sale): Read {
  return {
    ...read,
    pages: read.pages.map((page) => ({
      ...page,
      data: page.data.map((each) => (each.id === sale.id ? sale : each)),
    })),
  };
}
