using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Features;
using Appliance.Host.Grpc;
using Appliance.Host.Profiles;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Security;
using Appliance.Host.Tracing;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring;

namespace Appliance.Host;

/// <summary>Every setting of the appliance, by section. Bound once; read-only afterwards.</summary>
internal sealed class ServerSettings
{
    public TransportOptions Transport { get; set; } = new();
    public ModelManagerOptions Models { get; set; } = new();
    public ScoringOptions Scoring { get; set; } = new();
    public GrpcOptions Grpc { get; set; } = new();
    public RestOptions Rest { get; set; } = new();
    public BusinessOptions Business { get; set; } = new();
    public FeatureOptions Features { get; set; } = new();
    public SecurityOptions Security { get; set; } = new();
    public TracingOptions Tracing { get; set; } = new();
    public HardwareOptions Hardware { get; set; } = new();

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A value is not of its setting's type; the message names both.</exception>
    public static ServerSettings Bind(IConfiguration configuration) => new()
    {
        Transport = configuration.GetSection(TransportOptions.Section).Get<TransportOptions>() ?? new(),
        Models = configuration.GetSection(ModelManagerOptions.Section).Get<ModelManagerOptions>() ?? new(),
        Scoring = configuration.GetSection(ScoringOptions.Section).Get<ScoringOptions>() ?? new(),
        Grpc = configuration.GetSection(GrpcOptions.Section).Get<GrpcOptions>() ?? new(),
        Rest = configuration.GetSection(RestOptions.Section).Get<RestOptions>() ?? new(),
        Features = configuration.GetSection(FeatureOptions.Section).Get<FeatureOptions>() ?? new(),
        Hardware = configuration.GetSection(HardwareOptions.Section).Get<HardwareOptions>() ?? new(),
        Business = configuration.GetSection(BusinessOptions.Section).Get<BusinessOptions>() ?? new(),
        Tracing = configuration.GetSection(TracingOptions.Section).Get<TracingOptions>() ?? new(),
        Security = configuration.GetSection(SecurityOptions.Section).Get<SecurityOptions>() ?? new(),
    };

    /// <summary>The settings in force as JSON, section by section.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ServerSettingsJsonContext.Default.ServerSettings);
}

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServerSettings))]
internal sealed partial class ServerSettingsJsonContext : JsonSerializerContext;
