import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { PersonAvailableRegular } from "@fluentui/react-icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "@/api/client";
import { useIntent } from "@/api/intent";
import { all } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { Done } from "@/look/Done";
import { Facts } from "@/look/Facts";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Decision, Waiting } from "@/operator/Decision";
import { Invite } from "@/operator/Invite";
import { Member } from "@/operator/Member";
import { applications } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

type Applicant = Schemas["Applicant"];

const useStyles = makeStyles({
  said: { whiteSpace: "pre-wrap" },
  two: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 380px), 1fr))",
    gap: tokens.spacingHorizontalL,
    alignItems: "start",
  },
});

/** R29: freelancers join by invitation, and each application is decided. */
export function Applications() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useInfiniteQuery(applications());
  const client = useQueryClient();
  const [said, setSaid] = useState("");

  const decided = (applicant: Applicant, approved: boolean) => {
    setSaid(
      t(approved ? "applications.approved" : "applications.rejected", { name: applicant.display_name }),
    );
    void client.invalidateQueries({ queryKey: applications().queryKey });
  };
  return (
    <Page title={t("tabs.applications")} lead={t("applications.lead")}>
      <Done text={said} />
      <Loaded query={query} lines={6}>
        {(pages) =>
          all(pages).length ? (
            <Waiting of={all(pages)} each={(one) => <Applied applicant={one} decided={decided} />} />
          ) : (
            <Nothing
              picture={<PersonAvailableRegular />}
              title={t("applications.none")}
              text={t("applications.none_text")}
            />
          )
        }
      </Loaded>
      <More query={query} />
      <div className={styles.two}>
        <Invite said={setSaid} />
        <Member said={setSaid} />
      </div>
    </Page>
  );
}

interface Given {
  applicant: Applicant;
  decided: (applicant: Applicant, approved: boolean) => void;
}

function Applied({ applicant, decided }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const intent = useIntent();
  const { application } = applicant;

  const decide = async (approve: boolean, reason: string | null) => {
    await intent((key) =>
      api.POST("/v1/admin/applications/{freelancer_id}/decision", {
        params: { path: { freelancer_id: applicant.id }, header: { "Idempotency-Key": key } },
        body: { approve, reason },
      }),
    );
    decided(applicant, approve);
  };
  return (
    <Decision name={applicant.display_name} decide={decide}>
      <Facts
        of={[
          [t("applications.email"), applicant.email],
          [t("applications.id"), applicant.id],
          [
            t("applications.experience"),
            <span key="said" className={styles.said}>
              {application?.experience}
            </span>,
          ],
          [
            t("applications.website"),
            application?.website && (
              <Link href={webAddress(application.website)} target="_blank" rel="noreferrer noopener">
                {application.website}
              </Link>
            ),
          ],
          [
            t("applications.serves"),
            t(application?.serves_us_clients ? "applications.yes" : "applications.no"),
          ],
          [t("applications.invited"), applicant.invited_at && format.instant(applicant.invited_at)],
          [t("applications.applied"), application && format.instant(application.applied_at)],
        ]}
      />
    </Decision>
  );
}

/** Where a website is: never anything but the web, whatever was typed. */
function webAddress(given: string): string {
  return /^https?:\/\//i.test(given) ? given : `https://${given}`;
}
