using Appliance.Host;
using Appliance.Host.Cli;
using Appliance.Host.Cli.Backfill;
using Appliance.Host.Cli.Bench;
using Appliance.Host.Cli.Security;
using Appliance.Host.Cli.Models;
using Appliance.Host.Cli.Sending;
using Appliance.Host.Cli.Traffic;

if (Usage.HelpOf(args) is { } help) return Say(help);
return args switch
{
    ["--version"] or ["version"] => Say(ServerIdentity.Version),
    ["help", var unknown, ..] => Usage.Refuse($"'{unknown}' is not a command"),
    ["serve", .. var flags] => await ServeCommand.RunAsync(flags),
    ["docs", .. var document] => DocsVerb.Run(document, Console.Out, Console.Error),
    ["features", "backfill", .. var command] => await BackfillVerb.RunAsync(command),
    ["features", .. var command] => await FeaturesVerb.RunAsync(command),
    [("events" or "rows") and var verb, .. var command] => await SendVerb.RunAsync(verb, command),
    ["keys", .. var command] => KeysVerb.Run(command),
    ["audit", .. var command] => AuditVerb.Run(command),
    ["models", .. var command] => await ModelsVerb.RunAsync(command),
    ["bench", .. var command] => await BenchVerb.RunAsync(command),
    ["profile", .. var command] => ProfileVerb.Run(command, Console.Out, Console.Error),
    [("traffic" or "rollout") and var verb, .. var command] => await TrafficVerb.RunAsync(verb, command),
    ["settings", .. var flags] => ServeCommand.PrintSettings(flags),
    [] or [['-', ..], ..] => await ServeCommand.RunAsync(args),
    _ => Usage.Refuse($"'{args[0]}' is not a command"),
};

static int Say(string text)
{
    Console.WriteLine(text);
    return 0;
}
