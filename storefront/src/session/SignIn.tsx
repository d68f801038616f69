import { Button, Field, Input, makeStyles, Persona, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { configuration } from "@/configuration";
import { language, texts } from "@/i18n";
import { Loaded, Waiting } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { homeOf } from "@/session/home";
import { identity } from "@/session/identity";
import type { Role } from "@/session/person";
import { SandboxIdentity, type Somebody } from "@/session/sandbox";

const useTexts = texts(
  "sign-in",
  {
    title: "Sign in",
    lead: "In the sandbox anybody can be anybody. Choose somebody, or come as yourself.",
    people: "People",
    client: "Client",
    freelancer: "Freelancer",
    operator: "Operator",
    yourself: "Somebody else",
    email: "Email address",
    name: "Name",
    as_client: "Sign in as a client",
    as_freelancer: "As a freelancer",
    waiting: "Taking you to the sign-in page…",
  },
  {
    title: "Se connecter",
    lead: "Dans le bac à sable, chacun peut être n’importe qui. Choisissez quelqu’un, ou venez en votre nom.",
    people: "Personnes",
    client: "Client",
    freelancer: "Freelance",
    operator: "Opérateur",
    yourself: "Quelqu’un d’autre",
    email: "Adresse e-mail",
    name: "Nom",
    as_client: "Se connecter comme client",
    as_freelancer: "Comme freelance",
    waiting: "Vous allez être dirigé vers la page de connexion…",
  },
);

const useStyles = makeStyles({
  people: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(240px, 1fr))",
    gap: tokens.spacingHorizontalM,
    listStyleType: "none",
    margin: 0,
    padding: 0,
  },
  // As high as the people who come: four beside one another, or beneath.
  waiting: { height: "132px", "@media (max-width: 640px)": { height: "276px" } },
  person: { width: "100%", justifyContent: "flex-start", padding: tokens.spacingHorizontalM },
  form: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  field: { flexGrow: 1, minWidth: "220px" },
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, flexBasis: "100%" },
});

function useReturn(): (roles: Role[]) => void {
  const router = useRouter();
  const { return_to } = useSearch({ from: "/sign-in" });
  return (roles) => {
    const known = return_to && /^\/(?!\/)/.test(return_to) && return_to !== "/" ? return_to : homeOf(roles);
    router.history.push(known);
  };
}

/** Begins to sign in: at the provider, or in the sandbox here. */
export function SignIn() {
  return configuration.sign_in.kind === "sandbox" ? <SandboxSignIn /> : <Leaving />;
}

function Leaving() {
  const { t } = useTexts();
  const { return_to } = useSearch({ from: "/sign-in" });
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    identity.signIn(return_to ?? "/").catch(setError);
  }, [return_to]);
  return (
    <Page title={t("title")} lead={t("waiting")} narrow>
      {error ? <ProblemNotice error={error} /> : <Waiting />}
    </Page>
  );
}

/** Where the provider sends people back to. */
export function ComeBack() {
  const { t } = useTexts();
  const router = useRouter();
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    identity.finish().then((path) => router.history.replace(path), setError);
  }, [router]);
  return (
    <Page title={t("title")} narrow>
      {error ? <ProblemNotice error={error} retry={() => location.assign("/sign-in")} /> : <Waiting />}
    </Page>
  );
}

interface Overview {
  personas: { name: string; email: string; roles: Role[]; locale: string }[];
}

function SandboxSignIn() {
  const styles = useStyles();
  const { t } = useTexts();
  const goOn = useReturn();
  const [error, setError] = useState<unknown>(null);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const people = useQuery({
    queryKey: ["sandbox", "people"],
    queryFn: async () => (await (await fetch("/sandbox")).json()) as Overview,
  });

  const come = async (somebody: Somebody) => {
    try {
      const person = await (identity as SandboxIdentity).become(somebody);
      goOn(person.roles);
    } catch (failed) {
      setError(failed);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const role: Role = submitter?.dataset.role === "freelancer" ? "freelancer" : "client";
    void come({ email: email.trim(), name: name.trim() || undefined, roles: [role], locale: language() });
  };
  if (!(identity instanceof SandboxIdentity)) return null;
  return (
    <Page title={t("title")} lead={t("lead")} narrow>
      {error !== null && <ProblemNotice error={error} />}
      <Panel title={t("people")}>
        <Loaded query={people} waiting={<div className={styles.waiting} />}>
          {({ personas }) => (
            <ul className={styles.people}>
              {personas.map((each) => (
                <li key={each.email}>
                  <Button className={styles.person} onClick={() => void come(pick(each))}>
                    <Persona
                      name={each.name}
                      secondaryText={each.roles.map((role) => t(role)).join(", ")}
                      avatar={{ color: "colorful", "aria-hidden": true }}
                      textAlignment="center"
                    />
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      <Panel title={t("yourself")}>
        <form className={styles.form} onSubmit={submit}>
          <Field label={t("email")} required className={styles.field}>
            <Input
              type="email"
              value={email}
              autoComplete="email"
              onChange={(_, { value }) => setEmail(value)}
            />
          </Field>
          <Field label={t("name")} className={styles.field}>
            <Input value={name} autoComplete="name" onChange={(_, { value }) => setName(value)} />
          </Field>
          <div className={styles.ways}>
            <Button type="submit" appearance="primary">
              {t("as_client")}
            </Button>
            <Button type="submit" data-role="freelancer">
              {t("as_freelancer")}
            </Button>
          </div>
        </form>
      </Panel>
    </Page>
  );
}

/** What the provider is told of somebody; the page knows more of them. */
function pick({ name, email, roles, locale }: Overview["personas"][number]): Somebody {
  return { name, email, roles, locale };
}
