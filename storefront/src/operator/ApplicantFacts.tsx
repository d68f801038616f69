import { Link, makeStyles } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useFormats } from "@/i18n/formats";
import { Facts } from "@/look/Facts";
import type { Applicant } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({ said: { whiteSpace: "pre-wrap" } });

/** Who somebody is, and what they said when they applied; `first` comes before it. */
export function ApplicantFacts({
  of,
  first = [],
}: {
  of: Applicant;
  first?: [name: string, value: ReactNode][];
}) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const { application } = of;
  return (
    <Facts
      of={[
        ...first,
        [t("applications.email"), of.email],
        [t("freelancers.id"), of.id],
        [
          t("applications.experience"),
          application && (
            <span key="said" className={styles.said}>
              {application.experience}
            </span>
          ),
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
          application && t(application.serves_us_clients ? "applications.yes" : "applications.no"),
        ],
        [t("applications.invited"), of.invited_at && format.instant(of.invited_at)],
        [t("applications.applied"), application && format.instant(application.applied_at)],
      ]}
    />
  );
}

/** Where a website is: never anything but the web, whatever was typed. */
function webAddress(given: string): string {
  return /^https?:\/\//i.test(given) ? given : `https://${given}`;
}
