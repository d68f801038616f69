import { Button, type ButtonProps } from "@fluentui/react-components";
import { OpenRegular } from "@fluentui/react-icons";
import type { Subscription } from "@/api/queries";
import type { NextAct } from "@/client/next";
import { useTexts } from "@/client/texts";
import { configuration } from "@/configuration";
import { ButtonLink } from "@/look/AppLink";

interface Given {
  subscription: Subscription;
  act: NextAct;
  appearance?: ButtonProps["appearance"];
}

/** The way to what is to be done next. */
export function NextActButton({ subscription, act, appearance = "primary" }: Given) {
  const { t } = useTexts();
  if ("mail" in act) {
    const subject = encodeURIComponent(`${subscription.plan.name} ${subscription.id}`);
    return (
      <Button
        as="a"
        href={`mailto:${configuration.brand.support_email}?subject=${subject}`}
        appearance={appearance}
      >
        {t(`do.${act.label}`)}
      </Button>
    );
  }
  if ("href" in act)
    return <OutsideLink href={act.href} label={t(`do.${act.label}`)} appearance={appearance} />;
  if (act.to === "/" || act.to === "/billing")
    return (
      <ButtonLink to={act.to} appearance={appearance}>
        {t(`do.${act.label}`)}
      </ButtonLink>
    );
  return (
    <ButtonLink to={act.to} params={{ id: subscription.id }} appearance={appearance}>
      {t(`do.${act.label}`)}
    </ButtonLink>
  );
}

/** A button to somebody else's page, in a tab of its own; it says so. */
export function OutsideLink({
  href,
  label,
  appearance,
}: {
  href: string;
  label: string;
  appearance?: ButtonProps["appearance"];
}) {
  const { t } = useTexts();
  return (
    <Button
      as="a"
      href={href}
      target="_blank"
      rel="noreferrer"
      appearance={appearance}
      icon={<OpenRegular />}
      iconPosition="after"
      aria-label={`${label} (${t("do.new_tab")})`}
      title={t("do.new_tab")}
    >
      {label}
    </Button>
  );
}
