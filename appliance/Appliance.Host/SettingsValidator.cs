using System.Net;
using Appliance.Features;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Security;
using Appliance.Host.Tracing;
using Appliance.Inference.Onnx;

namespace Appliance.Host;

/// <summary>Checks every setting before a port opens and reports all faults at once: key, value and rule.</summary>
internal static class SettingsValidator
{
    public static IReadOnlyList<string> Check(ServerSettings settings)
    {
        var errors = new List<string>();
        CheckTransport(errors, settings.Transport);
        CheckModels(errors, settings);
        CheckRange(errors, "Grpc:MaxMessageBytes", settings.Grpc.MaxMessageBytes, 1024, int.MaxValue);
        CheckRange(errors, "Grpc:StreamWindow", settings.Grpc.StreamWindow, 1, 4096);
        CheckRange(errors, "Scoring:MaxConcurrentRequests", settings.Scoring.MaxConcurrentRequests, 1, 1_000_000);
        errors.AddRange(new FeatureOptionsValidator().Validate(null, settings.Features).Failures ?? []);
        errors.AddRange(new RestOptionsValidator().Validate(null, settings.Rest).Failures ?? []);
        errors.AddRange(new BusinessOptionsValidator().Validate(null, settings.Business).Failures ?? []);
        errors.AddRange(new SecurityOptionsValidator().Validate(null, settings.Security).Failures ?? []);
        errors.AddRange(new TracingOptionsValidator().Validate(null, settings.Tracing).Failures ?? []);
        return [.. errors.Select(e => e.TrimEnd('.'))];
    }

    private static void CheckModels(List<string> errors, ServerSettings settings)
    {
        var models = settings.Models;
        CheckRange(errors, "Models:LoadThreads", models.LoadThreads, 1, 256);
        CheckRange(errors, "Models:DefaultMaxBatchSize", models.DefaultMaxBatchSize, 1, 4096);
        CheckRange(errors, "Models:DefaultMaxQueueSize", models.DefaultMaxQueueSize, 1, 1_000_000);
        CheckRange(errors, "Models:StandingQueueMilliseconds", models.StandingQueueMilliseconds, 0, 60_000);
        CheckRange(errors, "Models:DefaultInstances", models.DefaultInstances, 0, 64);
        CheckRange(errors, "Models:IntraOpThreads", models.IntraOpThreads, 1, 256);
        CheckRange(errors, "Models:RunThreads", models.RunThreads, 0, 1024);
        CheckRange(errors, "Models:MaxUploadMegabytes", models.MaxUploadMegabytes, 1, 1_048_576);
        CheckRange(errors, "Models:AcceleratorMemoryMegabytes", models.AcceleratorMemoryMegabytes, 0, 1_048_576);
        if (ExecutionProviders.Problem(models.ExecutionProviders) is { } problem) errors.Add($"Models:ExecutionProviders is {string.Join(", ", models.ExecutionProviders)}; {problem}");
        CheckRange(errors, "Models:WarmupLimitSeconds", models.WarmupLimitSeconds, 1, 86_400);
        if (models.MemoryLimitMegabytes != 0) CheckRange(errors, "Models:MemoryLimitMegabytes", models.MemoryLimitMegabytes, 512, int.MaxValue);
        if (!(models.PollSeconds is > 0 and <= 86_400)) errors.Add($"Models:PollSeconds is {models.PollSeconds}; it must be above 0 and at most 86400");
        if (!Directory.Exists(models.Repository)) errors.Add($"Models:Repository is '{models.Repository}'; it must be a folder that exists");
    }

    private static void CheckTransport(List<string> errors, TransportOptions transport)
    {
        CheckRange(errors, "Transport:HttpPort", transport.HttpPort, 0, 65535);
        CheckRange(errors, "Transport:GrpcPort", transport.GrpcPort, 0, 65535);
        CheckRange(errors, "Transport:MetricsPort", transport.MetricsPort, 0, 65535);
        CheckAddress(errors, "Transport:HttpAddress", transport.HttpAddress);
        CheckAddress(errors, "Transport:GrpcAddress", transport.GrpcAddress);
        CheckAddress(errors, "Transport:MetricsAddress", transport.MetricsAddress);
        CheckRange(errors, "Transport:ExitTimeoutSeconds", transport.ExitTimeoutSeconds, 0, 3600);
        if (!transport.AllowHttp && !transport.AllowGrpc) errors.Add("Transport:AllowHttp and Transport:AllowGrpc are both false; one of them must be true");
        (bool Used, int Port)[] all = [(transport.AllowHttp, transport.HttpPort), (transport.AllowGrpc, transport.GrpcPort), (transport.AllowMetrics, transport.MetricsPort)];
        int[] ports = [.. all.Where(p => p.Used && p.Port != 0).Select(p => p.Port)];
        if (ports.Distinct().Count() != ports.Length) errors.Add($"Transport: the ports {string.Join(", ", ports)} must all differ");
    }

    private static void CheckAddress(List<string> errors, string key, string value)
    {
        if (!IPAddress.TryParse(value, out _)) errors.Add($"{key} is '{value}'; it must be an IP address");
    }

    private static void CheckRange(List<string> errors, string key, long value, long least, long most)
    {
        if (value < least || value > most) errors.Add($"{key} is {value}; it must be {least} to {most}");
    }
}
