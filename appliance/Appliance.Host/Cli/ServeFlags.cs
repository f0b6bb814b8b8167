using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Profiles;

namespace Appliance.Host.Cli;

/// <summary>One flag of <c>appliance serve</c>.</summary>
/// <param name="Names">The flag and the other names that scripts know it by.</param>
/// <param name="Setting">The setting that it sets.</param>
/// <param name="Value">What its value is, for the help.</param>
/// <param name="Repeats">Whether it may be given several times.</param>
internal sealed record ServeFlag(string[] Names, string Setting, string Value, string Help, bool Repeats = false);

/// <summary>
/// The flags of <c>appliance serve</c>: those that scripts for Triton already pass keep their names. A flag that is not here is refused:
/// one that is silently dropped would change what a script meant.
/// </summary>
internal static class ServeFlags
{
    public static IReadOnlyList<ServeFlag> All { get; } =
    [
        new(["--model-repository", "--model-store"], "Models:Repository", "DIR", "the model repository (models)"),
        new(["--model-control-mode"], "Models:ControlMode", "none|poll|explicit", "when models are loaded (none)"),
        new(["--load-model"], "Models:LoadAtStart", "NAME", "in mode explicit: load at the start; '*' for all; may be repeated", Repeats: true),
        new(["--repository-poll-secs"], "Models:PollSeconds", "N", "in mode poll: seconds between two looks (15)"),
        new(["--strict-readiness"], "Models:StrictReadiness", "true|false", "ready only while every wanted model is ready (true)"),
        new(["--model-load-thread-count"], "Models:LoadThreads", "N", "versions loaded at once (4)"),
        new(["--memory-limit-mb"], "Models:MemoryLimitMegabytes", "N", "MiB that the process may take (nine tenths of the machine's)"),
        new(["--state-folder"], "Models:StateFolder", "DIR", "where pins are kept across restarts (memory alone)"),
        new(["--hardware-profile"], HardwareOptions.ProfileKey, "NAME|FILE|auto", "fills the settings of threads, memory, batches and queues that nobody set (none)"),
        new(["--features-folder"], "Features:Folder", "DIR", "where features are kept: definitions, events, online store (features are off)"),
        new(["--default-max-batch-size"], "Models:DefaultMaxBatchSize", "N", "rows a call for batchable models without a config (128)"),
        new(["--http-port"], "Transport:HttpPort", "N", "REST (8000)"),
        new(["--grpc-port"], "Transport:GrpcPort", "N", "gRPC (8001)"),
        new(["--metrics-port"], "Transport:MetricsPort", "N", "metrics (8002)"),
        new(["--http-address"], "Transport:HttpAddress", "IP", "where REST listens (127.0.0.1)"),
        new(["--grpc-address"], "Transport:GrpcAddress", "IP", "where gRPC listens (127.0.0.1)"),
        new(["--metrics-address"], "Transport:MetricsAddress", "IP", "where metrics listen (127.0.0.1)"),
        new(["--allow-http"], "Transport:AllowHttp", "true|false", "whether REST is served (true)"),
        new(["--allow-grpc"], "Transport:AllowGrpc", "true|false", "whether gRPC is served (true)"),
        new(["--allow-metrics"], "Transport:AllowMetrics", "true|false", "whether metrics are served (true)"),
        new(["--busy-poll"], "Transport:BusyPoll", "true|false", "whether gRPC's sockets are polled for a moment before their thread sleeps, where that pays and a core is free (true)"),
        new(["--keep-cores-awake"], "Transport:KeepCoresAwake", "true|false", "whether cores are kept from sleeping while calls come, where /dev/cpu_dma_latency may be written to (true)"),
        new(["--http-max-input-size"], "Rest:MaxRequestBytes", "N", "bytes of a REST request at most (67108864)"),
        new(["--tls-certificate", "--grpc-server-cert"], "Security:CertificateFile", "FILE", "PEM of the server's certificate and chain, for all ports (no TLS)"),
        new(["--tls-key", "--grpc-server-key"], "Security:KeyFile", "FILE", "PEM of its private key"),
        new(["--tls-client-ca", "--grpc-root-cert"], "Security:ClientCaFile", "FILE", "PEM of the authorities of client certificates (none asked for)"),
        new(["--keys-file"], "Security:KeysFile", "FILE", "who may call, as 'appliance keys' writes it (nobody is asked)"),
        new(["--audit-folder"], "Security:AuditFolder", "DIR", "where administration is written down"),
        new(["--exit-timeout-secs"], "Transport:ExitTimeoutSeconds", "N", "seconds that requests get to finish at the end (30)"),
        new(["--trace-endpoint"], "Tracing:Endpoint", "URL", "where traces are sent, OTLP over HTTP: http://127.0.0.1:4318/v1/traces (requests are not traced)"),
        new(["--trace-sample-ratio"], "Tracing:SampleRatio", "RATIO", "share of requests without a traceparent that are traced (0.01)"),
        new(["--config"], ConfigFileKey, "FILE", "a JSON file of settings"),
    ];

    /// <summary>The pseudo-setting of --config.</summary>
    public const string ConfigFileKey = "Config";

    /// <summary>Turns a command line into settings.</summary>
    public static bool TryParse(
        IReadOnlyList<string> args, [NotNullWhen(true)] out Dictionary<string, string?>? settings, [NotNullWhen(false)] out string? error)
    {
        settings = null;
        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            var flag = All.FirstOrDefault(f => f.Names.Contains(name, StringComparer.Ordinal));
            if (flag is null)
            {
                error = $"'{name}' is not a flag of serve";
                return false;
            }
            // true|false flags may stand alone, as scripts write them; all others take the next word.
            var next = i + 1 < args.Count ? args[i + 1] : null;
            if (value is null && flag.Value == "true|false" && next is null or ['-', ..]) value = "true";
            else if (value is null && next is not null)
            {
                value = next;
                i++;
            }
            if (value is null)
            {
                error = $"{name} needs a value: {flag.Value}";
                return false;
            }
            var count = counts[flag.Setting] = counts.GetValueOrDefault(flag.Setting) + 1;
            if (count > 1 && !flag.Repeats)
            {
                error = $"{name} is given twice";
                return false;
            }
            found[flag.Repeats ? $"{flag.Setting}:{count - 1}" : flag.Setting] = value;
        }
        settings = found;
        error = null;
        return true;
    }

    private static (string Name, string? Value) Split(string arg)
    {
        var at = arg.IndexOf('=');
        return at < 0 ? (arg, null) : (arg[..at], arg[(at + 1)..]);
    }
}
