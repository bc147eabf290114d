import type { Todo } from './activity.js';

/** A change of the agent's to-dos, as a tool's use states it. */
export type TodoChange =
  /** The whole list anew: TodoWrite, Codex's update_plan. */
  | { readonly kind: 'list'; readonly todos: readonly Pick<Todo, 'text' | 'status'>[] }
  | { readonly kind: 'create'; readonly id: string; readonly text: string }
  | { readonly kind: 'update'; readonly id: string; readonly text?: string; readonly status?: Todo['status'] | 'deleted' };

export interface DatedTodoChange {
  readonly change: TodoChange;
  readonly at?: string;
  readonly record?: string;
}

/** What the agents call a to-do's state. */
export function todoStatus(value: unknown): Todo['status'] | 'deleted' | undefined {
  switch (value) {
    case 'pending': case 'open': case 'todo': return 'pending';
    case 'in_progress': case 'inProgress': return 'inProgress';
    case 'completed': case 'done': case 'cancelled': case 'canceled': return 'done';
    case 'deleted': return 'deleted';
    default: return undefined;
  }
}

/** The list after all changes, the oldest first. Tasks that were made one by one stay in the order of their making. */
export function todosAfter(changes: readonly DatedTodoChange[]): Todo[] {
  let list: Todo[] = [];
  const tasks = new Map<string, Todo>();
  for (const { change, at, record } of changes) {
    const moment = { ...(at === undefined ? {} : { at }), ...(record === undefined ? {} : { record }) };
    if (change.kind === 'list') {
      list = change.todos.map((todo) => ({ ...todo, ...moment }));
    } else if (change.kind === 'create') {
      // A new list begins when the old one is done: the agents count on.
      if ([...tasks.values()].every(({ status }) => status === 'done')) tasks.clear();
      tasks.set(change.id, { text: change.text, status: 'pending', ...moment });
    } else {
      const known = tasks.get(change.id);
      if (change.status === 'deleted') tasks.delete(change.id);
      else if (known) tasks.set(change.id, { ...known, ...(change.text === undefined ? {} : { text: change.text }), ...(change.status === undefined ? {} : { status: change.status }), ...moment });
    }
  }
  return [...list, ...tasks.values()];
}
