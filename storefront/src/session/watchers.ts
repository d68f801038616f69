import type { Person } from "@/session/person";

/** Those who want to hear of whoever comes and goes. */
export class Watchers {
  private readonly told = new Set<(person: Person | null) => void>();

  add(one: (person: Person | null) => void): () => void {
    this.told.add(one);
    return () => this.told.delete(one);
  }

  tell(person: Person | null): void {
    for (const one of this.told) one(person);
  }
}
