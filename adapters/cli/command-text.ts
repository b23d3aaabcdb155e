// Command text: the arguments of a command, read twice and written back.

/** Every value of an option that may be given several times; the parser of the command line keeps the last one only. */
export function repeated(rawArgs: readonly string[], option: string): string[] {
  return rawArgs.flatMap((arg, index) => {
    if (arg.startsWith(`${option}=`)) return [arg.slice(option.length + 1)];
    return arg === option ? [rawArgs[index + 1] ?? ""] : [];
  });
}

/** The command as a shell takes it. */
export function commandText(command: string, rawArgs: readonly string[]): string {
  return ["goldentape", command, ...rawArgs.map(quoted)].join(" ");
}

function quoted(arg: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
