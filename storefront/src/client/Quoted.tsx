import { makeStyles, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  quoted: {
    margin: 0,
    marginTop: tokens.spacingVerticalXS,
    paddingLeft: tokens.spacingHorizontalM,
    borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground1,
    whiteSpace: "pre-line",
    overflowWrap: "anywhere",
  },
});

/** What a person has written, as they wrote it. */
export function Quoted({ children }: { children: string }) {
  return <blockquote className={useStyles().quoted}>{children}</blockquote>;
}
