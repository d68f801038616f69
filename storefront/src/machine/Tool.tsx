import {
  Button,
  type ButtonProps,
  makeStyles,
  mergeClasses,
  useRestoreFocusTarget,
} from "@fluentui/react-components";

const NARROW = "@media (max-width: 1240px)";

const useStyles = makeStyles({
  tool: {
    whiteSpace: "nowrap",
    [NARROW]: { minWidth: "32px", paddingInline: "5px", "& .fui-Button__icon": { marginInlineEnd: 0 } },
  },
  word: {
    [NARROW]: {
      position: "absolute",
      width: "1px",
      height: "1px",
      overflow: "hidden",
      clipPath: "inset(50%)",
    },
  },
});

/** A button of the bar: its picture and its word, or where there is no room for words the picture alone. */
export function Tool({ word, children, className, ...rest }: ButtonProps & { word: string }) {
  const styles = useStyles();
  // Whatever it opens gives the focus back to it.
  const target = useRestoreFocusTarget();
  return (
    <Button {...target} size="small" title={word} className={mergeClasses(styles.tool, className)} {...rest}>
      <span className={styles.word}>{word}</span>
      {children}
    </Button>
  );
}
