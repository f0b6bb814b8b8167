using Appliance.Host.Profiles;

namespace Appliance.Host.Cli;

/// <summary>What the program says of its commands and flags.</summary>
internal static class Usage
{
    private const string Callers =
        "Commands that call an appliance do so with the key and certificates in the variables APPLIANCE_Client__ApiKeyFile, __CaFile, __CertificateFile, __KeyFile.";

    private const string Nothing = "";

    private const string Settings = """
        Every flag of serve is also a setting: an environment variable APPLIANCE_<Section>__<Key>, or a key of the JSON file named by --config. A variable or
        a key that is no setting is refused.
        """;

    // In the order in which they are told. A verb of two words stands behind the one that its first word is.
    private static readonly (string[] Verbs, string Note, string Text)[] Sections =
    [
        (["serve"], Settings, $"""
            appliance serve [flags]        (the word serve may be left out)
            {string.Join('\n', ServeFlags.All.Select(f => $"  {f.Names[0] + (f.Value.Length == 0 ? "" : " " + f.Value),-44} {f.Help}"))}
            """),
        (["settings"], Settings, """
            appliance settings [flags]     prints the settings that serve would run with
            """),
        (["models"], Callers, """
            appliance models deploy FILE.onnx --name NAME [--version N] [--canary 1%] [--config FILE] [--file FILE]... [--wait]
              puts a model into the repositories of running appliances, loads and warms it, sends requests to it, and prints how to call it; repeating it is safe.
              --canary gives it that share of the requests and leaves the rest where they go now, instead of all;
              --config is a config.pbtxt; --file is one that belongs to the model, in the folder of FILE.onnx or below; --wait waits for appliances that start
            appliance models list | describe NAME | rollback NAME | delete NAME [--version N]
              of each appliance: [--node http://127.0.0.1:8000]...; exits 0 when done on every one, 1 when not, 2 on a wrong command line
            """),
        (["bench"], Callers, """
            appliance bench MODEL [--version N] [--rest] [--rows 1] [--shape INPUT:1,64]... [--request FILE] [--p99-ms 5] [--seconds 5] [--start-rate 100]
                            [--precision 0.05] [--connections 8] [--seed 1] [--json]
              finds the highest rate of random arrivals at which a running appliance answers 99 of 100 requests in time, on made-up values or, over REST, the body in
              FILE: [--node http://127.0.0.1:8000] [--grpc http://127.0.0.1:8001]; runs of 5 seconds each, and one of three times as long that decides
            """),
        (["profile"], Nothing, $"""
            appliance profile show [flags of serve]   prints the hardware profile in force and where each of its settings comes from
            appliance profile check NAME|FILE...      checks hardware profiles, and whether this machine has what they are made for
              profiles that come with the appliance: {string.Join(", ", ProfileCatalog.Names)}
            """),
        (["traffic"], Callers, """
            appliance traffic get MODEL [--json]
            appliance traffic set MODEL VERSION=PERCENT... [--shadow VERSION[=PERCENT],...] [--tolerance 0.001] --reason TEXT [--author NAME]
            appliance traffic clear MODEL --reason TEXT [--author NAME]
              shows and changes how a running appliance splits the requests that name no version: [--server http://127.0.0.1:8000]. Percents add up to 100; of one
              alone below 100, like 2=1, the version that has the requests now keeps the rest
            """),
        (["rollout"], Callers, """
            appliance rollout start MODEL --candidate VERSION [--baseline VERSION] [--steps shadow,1,10,50,100] [--samples 1000] [--min-seconds 0]
                              [--tolerance 0.001] --reason TEXT [--author NAME]
            appliance rollout get MODEL [--json]
            appliance rollout pause|resume|abort|pass|fail MODEL --reason TEXT [--author NAME]
              takes a version through the steps of a rollout; pass and fail give a verdict on its quality: [--server http://127.0.0.1:8000]
            """),
        (["features"], Callers, """
            appliance features plan  [--folder features] [--mode merge|replace]
            appliance features apply [--folder features] [--mode merge|replace] --reason TEXT [--author NAME]
            appliance features list [KIND] | describe KIND NAME
            appliance features delete KIND NAME --reason TEXT [--author NAME]
            appliance features verify [--since 1d] [--model NAME] [--json]
              shows and changes the definitions of a running appliance, and verifies what it served: [--server http://127.0.0.1:8000]; KIND is
              entity, source, feature-view or feature-service; exits 0 when done, 1 when refused, 2 on a wrong command line, 3 on mismatches
            """),
        (["features backfill"], Callers, """
            appliance features backfill VIEW [--file FILE]... [--id COLUMN] | --journal
                              [--until TIME] [--dry-run] [--skip-bad-lines] [--address http://127.0.0.1:8001]
              brings history into a stream view, each event once: from files, read as events send reads them and with its flags for columns (--file - :
              JSON objects a line, piped in), from the path that the view's source names, or from what the journal has from before the view; run it again where it was interrupted
            """),
        (["events", "rows"], Callers, """
            appliance events send FILE... --source NAME [--event-time COLUMN] [--type COLUMN] [--entity COLUMN[=JOINKEY]]... [--id COLUMN]
            appliance rows send FILE... --view NAME [--event-time COLUMN|now] [--entity COLUMN=JOINKEY]...
              sends files to a running appliance: .csv with a header, or .jsonl with a JSON object a line; .gz behind either. What is declared
              names the columns where the flags do not. [--shift-to-now] moves events by whole days up to now, [--skip-bad-lines] counts wrong lines
              and goes on, [--batch 1000] events a request, [--server http://127.0.0.1:8000]. Sending a file again sends nothing twice
            """),
        (["keys"], Nothing, """
            appliance keys add NAME --role ROLE[,ROLE] [--models A,B] [--requests-per-second N] [--certificate "CN=shop"|"DNS:shop.example"|"URI:..."|"*"]
            appliance keys list | remove NAME
              says who may call: [--file FILE], or the variable APPLIANCE_Security__KeysFile. ROLE is score, read, operate or admin. A key is printed once;
              with --certificate the principal shows that certificate instead. A running appliance reads the file again by itself
            """),
        (["audit"], Nothing, """
            appliance audit verify [--head NUMBER:HASH] | head
              finds the first line of an audit log that was changed, removed or inserted: [--folder DIR]; head prints what to keep elsewhere to tell that the
              end was cut off; exits 0 when whole, 3 when broken
            """),
        (["docs"], Nothing, "appliance docs metrics         prints the document of all metrics, which is made from the code"),
        (["version"], Nothing, "appliance version"),
        (["help"], Nothing, "appliance help [COMMAND]       the same as COMMAND --help"),
    ];

    /// <summary>Of every command.</summary>
    public static string Text { get; } = $"""
        appliance {ServerIdentity.Version}: serves the models of a repository over gRPC and REST.

        {string.Join('\n', Sections.Select(s => s.Text))}

        {Callers}
        {Settings}
        """;

    /// <summary>What a command line that asks for help is answered; null where it asks for none, or for that of no command.</summary>
    public static string? HelpOf(string[] args)
    {
        if (args is ["help" or "--help" or "-h"]) return Text;
        string[] words = args is ["help", ..] ? args[1..] : args.Any(a => a is "--help" or "-h") ? args : [];
        if (words.Length == 0) return null;
        // Without a verb the flags are those of serve.
        var verb = words[0].StartsWith('-') ? "serve" : words[0];
        return HelpOf($"{verb} {words.ElementAtOrDefault(1)}") ?? HelpOf(verb);
    }

    /// <summary>Says what is wrong with a command line; returns the exit code for it.</summary>
    public static int Refuse(string error)
    {
        Console.Error.WriteLine($"appliance: {error}. See 'appliance help'.");
        return 2;
    }

    private static string? HelpOf(string verb)
    {
        var (_, note, text) = Sections.FirstOrDefault(s => s.Verbs.Contains(verb));
        return string.IsNullOrEmpty(note) ? text : $"{text}\n\n{note}";
    }
}
