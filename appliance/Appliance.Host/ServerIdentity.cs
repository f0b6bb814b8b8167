namespace Appliance.Host;

/// <summary>What the server says of itself over every transport.</summary>
internal static class ServerIdentity
{
    public const string Name = "appliance";

    public static string Version { get; } = typeof(ServerIdentity).Assembly.GetName().Version!.ToString(3);

    /// <summary>Extensions of the Open Inference Protocol that are served, by the names their documents give them.</summary>
    public static string[] Extensions { get; } =
        ["classification", "model_repository", "model_repository(unload_dependents)", "schedule_policy", "model_configuration", "binary_tensor_data", "parameters", "statistics"];
}
