import { PersonAvailableRegular } from "@fluentui/react-icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useIntent } from "@/api/intent";
import { all } from "@/api/queries";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { ApplicantFacts } from "@/operator/ApplicantFacts";
import { Decision, Waiting } from "@/operator/Decision";
import { Invite } from "@/operator/Invite";
import { type Applicant, applications } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

/** R29: freelancers join by invitation, and each application is decided. */
export function Applications() {
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
      <Invite said={setSaid} />
    </Page>
  );
}

interface Given {
  applicant: Applicant;
  decided: (applicant: Applicant, approved: boolean) => void;
}

function Applied({ applicant, decided }: Given) {
  const intent = useIntent();
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
      <ApplicantFacts of={applicant} />
    </Decision>
  );
}
