import { makeStyles, tokens, typographyStyles } from "@fluentui/react-components";
import { useEffect, useId, useRef, useState } from "react";
import { apart, area, draw, type RefundStep, stepAt } from "@/client/curve";
import { useTexts } from "@/client/texts";
import { useFormats } from "@/i18n/formats";

const HEIGHT = 260;
const WIDEST = 700;
const LABEL_ROOM = 64;

const useStyles = makeStyles({
  figure: { margin: 0, position: "relative", minWidth: 0 },
  drawing: { display: "block", width: "100%", overflow: "visible" },
  grid: { stroke: tokens.colorNeutralStroke2, strokeWidth: "1px" },
  tick: { stroke: tokens.colorNeutralStroke1, strokeWidth: "1px" },
  label: {
    ...typographyStyles.caption1,
    fill: tokens.colorNeutralForeground3,
    fontVariantNumeric: "tabular-nums",
  },
  ahead: {
    fill: "none",
    stroke: tokens.colorCompoundBrandStroke,
    strokeWidth: "2.5px",
    strokeLinejoin: "round",
  },
  aheadArea: { fill: tokens.colorBrandBackground2 },
  past: { fill: "none", stroke: tokens.colorNeutralStroke1, strokeWidth: "2px", strokeLinejoin: "round" },
  pastArea: { fill: tokens.colorNeutralBackground3 },
  now: { stroke: tokens.colorNeutralForeground1, strokeWidth: "1.5px", strokeDasharray: "4 3" },
  dot: {
    fill: tokens.colorCompoundBrandBackground,
    stroke: tokens.colorNeutralBackground1,
    strokeWidth: "2px",
  },
  nowLabel: { ...typographyStyles.caption1Strong, fill: tokens.colorNeutralForeground1 },
  hidden: {
    position: "absolute",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
    whiteSpace: "nowrap",
  },
});

/** What a cancellation gives back over the time in which it is possible: drawn, and as a table for whoever listens. */
export function RefundCurve({ steps, now }: { steps: readonly RefundStep[]; now: number }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { instant, money, shortDay } = useFormats();
  const id = useId();
  const { place, width } = useWidth();
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return null;

  const amounts = [...new Set(steps.map((step) => step.refund.amount))];
  const currency = first.refund.currency;
  const frame = { left: 68, right: width - 12, top: 34, bottom: HEIGHT - 34 };
  const drawn = draw(steps, now, frame);
  const here = stepAt(steps, now);
  const levels = apart(
    // From the most down to nothing; the lowest that one can still get has its line as well.
    [...amounts.slice(0, 1), ...amounts.slice(-1).filter((each) => each !== amounts[0]), 0].map((amount) => ({
      amount,
      x: drawn.y(amount),
    })),
    18,
  );
  const days = apart([...drawn.begins, { x: frame.right, at: last.until }], LABEL_ROOM);
  const words = {
    first: money(first.refund),
    last: money(last.refund),
    from: instant(first.from),
    until: instant(last.until),
    now: here ? money(here.refund) : "–",
  };
  // The label stands where there is room for it.
  const anchor =
    !drawn.now || drawn.now.x < width / 3 ? "start" : drawn.now.x > (width * 2) / 3 ? "end" : "middle";

  return (
    <figure ref={place} className={styles.figure}>
      <svg
        className={styles.drawing}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        height={HEIGHT}
        role="img"
        aria-labelledby={`${id}-title ${id}-desc`}
      >
        <title id={`${id}-title`}>{t("curve.title")}</title>
        <desc id={`${id}-desc`}>{t(amounts.length > 1 ? "curve.desc" : "curve.desc_flat", words)}</desc>
        {levels.map(({ amount, x: y }) => (
          <g key={amount}>
            <line className={styles.grid} x1={frame.left} x2={frame.right} y1={y} y2={y} />
            <text className={styles.label} x={frame.left - 8} y={y + 4} textAnchor="end">
              {money({ amount, currency })}
            </text>
          </g>
        ))}
        <path className={styles.pastArea} d={area(drawn.past, frame.bottom)} />
        <path className={styles.aheadArea} d={area(drawn.ahead, frame.bottom)} />
        <path className={styles.past} d={drawn.past} data-part="past" />
        <path className={styles.ahead} d={drawn.ahead} data-part="ahead" />
        {days.map(({ x, at }, place) => (
          <g key={at}>
            <line className={styles.tick} x1={x} x2={x} y1={frame.bottom} y2={frame.bottom + 5} />
            <text
              className={styles.label}
              x={x}
              y={frame.bottom + 20}
              textAnchor={place === 0 ? "start" : x >= frame.right ? "end" : "middle"}
            >
              {shortDay(at)}
            </text>
          </g>
        ))}
        {drawn.now && here && (
          <g data-part="now">
            <line
              className={styles.now}
              x1={drawn.now.x}
              x2={drawn.now.x}
              y1={frame.top - 10}
              y2={frame.bottom}
            />
            <circle className={styles.dot} cx={drawn.now.x} cy={drawn.now.y} r={6} />
            <text className={styles.nowLabel} x={drawn.now.x} y={frame.top - 16} textAnchor={anchor}>
              {t("curve.now", { amount: money(here.refund) })}
            </text>
          </g>
        )}
      </svg>
      <div className={styles.hidden}>
        <table>
          <caption>{t("curve.caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("curve.from")}</th>
              <th scope="col">{t("curve.until")}</th>
              <th scope="col">{t("curve.refund")}</th>
              <th scope="col">{t("curve.rule")}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.from} aria-current={step === here ? "true" : undefined}>
                <td>{instant(step.from)}</td>
                <td>{instant(step.until)}</td>
                <td>
                  {money(step.refund)}
                  {step === here && ` (${t("curve.is_now")})`}
                </td>
                <td>{t(`curve.rule_${step.rule}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The width that the page gives, so that letters keep their size on a phone. */
function useWidth() {
  const place = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(WIDEST);
  useEffect(() => {
    const found = place.current;
    if (!found) return;
    const measure = () => found.clientWidth > 0 && setWidth(found.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(found);
    return () => watch.disconnect();
  }, []);
  return { place, width };
}
