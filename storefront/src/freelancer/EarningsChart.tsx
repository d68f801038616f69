import { makeStyles, tokens } from "@fluentui/react-components";
import type { Schemas } from "@/api/client";
import { Bars, Painted } from "@/freelancer/Bars";
import { months, STATES } from "@/freelancer/months";
import { useTexts } from "@/freelancer/texts";
import { useFormats } from "@/i18n/formats";
import { Unseen } from "@/look/Unseen";

/** Up to so many months have room for their names. */
const NAMED = 6;

const useStyles = makeStyles({
  chart: {
    margin: 0,
    position: "relative",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
  },
  legend: {
    display: "flex",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: 0,
    padding: 0,
    listStyleType: "none",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  name: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
});

interface Given {
  /** What has been read of the ledger so far. */
  earnings: Schemas["Earning"][];
  currency: string;
}

/** Commission by month and state, as bars to look at and as a table to listen to. */
export function EarningsChart({ earnings, currency }: Given) {
  const styles = useStyles();
  const { t, language } = useTexts();
  const format = useFormats();
  const shown = months(earnings);
  const money = (amount: number) => format.money({ amount, currency });
  const nameOf = (month: string, how: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...how, timeZone: "UTC" }).format(new Date(`${month}-01`));
  return (
    <figure className={styles.chart}>
      <Bars
        months={shown}
        money={money}
        nameOf={(month) => nameOf(month, { month: shown.length > NAMED ? "narrow" : "short" })}
      />
      <ul className={styles.legend} aria-hidden="true">
        {STATES.map((state) => (
          <li key={state} className={styles.name}>
            <svg width="13" height="13" aria-hidden="true">
              <Painted state={state} x={0.5} y={0.5} width={12} height={12} />
            </svg>
            {t(`chart.${state}`)}
          </li>
        ))}
      </ul>
      <Unseen as="div">
        <table>
          <caption>{t("chart.caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("chart.month")}</th>
              {STATES.map((state) => (
                <th key={state} scope="col">
                  {t(`chart.${state}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((month) => (
              <tr key={month.month}>
                <th scope="row">{nameOf(month.month, { month: "long", year: "numeric" })}</th>
                {STATES.map((state) => (
                  <td key={state}>{money(month[state])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Unseen>
    </figure>
  );
}
