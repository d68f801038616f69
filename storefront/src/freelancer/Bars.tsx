import { makeStyles, tokens } from "@fluentui/react-components";
import { useId } from "react";
import { type EarningState, type Month, STATES, top } from "@/freelancer/months";

const HEIGHT = 180;
const FOOT = 24;
const HEAD = 10;
const LINES = [0, 0.5, 1];
/** A few months alone are not drawn as a few walls. */
const LEAST = 6;

const useStyles = makeStyles({
  sides: { display: "flex" },
  axis: { width: "72px", flexShrink: 0 },
  drawing: { flexGrow: 1, width: "100%", minWidth: 0 },
  grid: { stroke: tokens.colorNeutralStroke2, strokeWidth: 1 },
  label: { fill: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

/** How each state is painted: told apart by more than its color. */
const usePaint = makeStyles({
  earned: { fill: tokens.colorCompoundBrandBackground },
  pending: { stroke: tokens.colorCompoundBrandBackground, strokeWidth: 1 },
  stripe: { stroke: tokens.colorCompoundBrandBackground, strokeWidth: 3 },
  reversed: {
    fill: tokens.colorNeutralBackground5,
    stroke: tokens.colorNeutralStrokeAccessible,
    strokeWidth: 1,
  },
});

interface Given {
  months: Month[];
  nameOf: (month: string) => string;
  money: (amount: number) => string;
}

/** Bars of amounts, a month each, one state upon the other. For the eye alone: words stand beside it. */
export function Bars({ months, nameOf, money }: Given) {
  const styles = useStyles();
  const most = top(Math.max(...months.map(({ total }) => total)));
  const room = HEIGHT - HEAD;
  const step = 100 / Math.max(months.length, LEAST);
  return (
    <div className={styles.sides} aria-hidden="true">
      <svg className={styles.axis} height={HEIGHT + FOOT} aria-hidden="true">
        {LINES.map((part) => (
          <text key={part} x="64" y={HEIGHT - part * room + 4} textAnchor="end" className={styles.label}>
            {money(most * part)}
          </text>
        ))}
      </svg>
      <svg className={styles.drawing} height={HEIGHT + FOOT} aria-hidden="true">
        {LINES.map((part) => (
          <line
            key={part}
            x2="100%"
            y1={HEIGHT - part * room}
            y2={HEIGHT - part * room}
            className={styles.grid}
          />
        ))}
        {months.map((month, column) => (
          <g key={month.month}>
            <Bar month={month} x={step * (column + 0.2)} width={step * 0.6} scale={room / most} />
            <text
              x={`${step * (column + 0.5)}%`}
              y={HEIGHT + FOOT - 6}
              textAnchor="middle"
              className={styles.label}
            >
              {nameOf(month.month)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function Bar({ month, x, width, scale }: { month: Month; x: number; width: number; scale: number }) {
  let base = HEIGHT;
  return STATES.map((state) => {
    const height = month[state] * scale;
    base -= height;
    if (!height) return null;
    return <Painted key={state} state={state} x={`${x}%`} width={`${width}%`} y={base} height={height} />;
  });
}

interface Place {
  state: EarningState;
  x: number | string;
  y: number;
  width: number | string;
  height: number;
}

/** A rectangle in the paint of its state. */
export function Painted({ state, ...place }: Place) {
  const paint = usePaint();
  const stripes = useId();
  if (state !== "pending") return <rect {...place} className={paint[state]} />;
  return (
    <>
      <pattern id={stripes} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" className={paint.stripe} />
      </pattern>
      <rect {...place} fill={`url(#${stripes})`} className={paint.pending} />
    </>
  );
}
