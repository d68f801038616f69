import { makeStyles, Text, tokens } from "@fluentui/react-components";
import {
  DoorArrowRightRegular,
  HourglassRegular,
  MailRegular,
  PersonProhibitedRegular,
  SignatureRegular,
  StarRegular,
} from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { configuration } from "@/configuration";
import { type Freelancer, useMe } from "@/freelancer/me";
import { useTexts } from "@/freelancer/texts";
import { ButtonLink } from "@/look/AppLink";
import { Nothing } from "@/look/Nothing";
import { useSession } from "@/session/session";

const PICTURES: Record<Freelancer["state"], ReactElement> = {
  invited: <MailRegular />,
  applied: <HourglassRegular />,
  approved: <SignatureRegular />,
  rejected: <PersonProhibitedRegular />,
  enrolled: <StarRegular />,
  left: <DoorArrowRightRegular />,
  removed: <DoorArrowRightRegular />,
};

const useStyles = makeStyles({
  text: { color: tokens.colorNeutralForeground2, maxWidth: "48ch" },
  reason: {
    margin: `${tokens.spacingVerticalXS} 0 0`,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    maxWidth: "56ch",
    textAlign: "left",
    whiteSpace: "pre-wrap",
    borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground1,
  },
});

/** Where somebody stands in the program, and the one thing that comes next. */
export function Standing() {
  const styles = useStyles();
  const { t } = useTexts();
  const { state, display_name: name, decision_reason: reason } = useMe();
  const text = t(`standing.${state}_text`, { name, support: configuration.brand.support_email });
  const isReasoned = reason && (state === "rejected" || state === "approved");
  return (
    <Nothing
      picture={PICTURES[state]}
      title={t(`standing.${state}`, { name })}
      text={isReasoned ? undefined : text}
    >
      {isReasoned && (
        <figure style={{ margin: 0 }}>
          <Text as="span" size={200} block className={styles.text}>
            {t("standing.reason")}
          </Text>
          <blockquote className={styles.reason}>{reason}</blockquote>
        </figure>
      )}
      {isReasoned && (
        <Text align="center" className={styles.text}>
          {text}
        </Text>
      )}
      <Next state={state} />
    </Nothing>
  );
}

function Next({ state }: Pick<Freelancer, "state">) {
  const { t } = useTexts();
  if (state === "invited") {
    return (
      <ButtonLink to="/freelancer/application" appearance="primary">
        {t("standing.apply")}
      </ButtonLink>
    );
  }
  if (state === "approved") {
    return (
      <ButtonLink to="/freelancer/terms" appearance="primary">
        {t("standing.sign")}
      </ButtonLink>
    );
  }
  if (state === "enrolled") {
    return (
      <ButtonLink to="/freelancer" appearance="primary">
        {t("standing.overview")}
      </ButtonLink>
    );
  }
  return null;
}

/** Whoever the program does not know: it is by invitation (R29). */
export function NotInvited() {
  const { t } = useTexts();
  const { person } = useSession();
  return (
    <Nothing
      picture={<MailRegular />}
      title={t("standing.not_invited")}
      text={t("standing.not_invited_text", {
        email: person?.email,
        support: configuration.brand.support_email,
      })}
    />
  );
}
