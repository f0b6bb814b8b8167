using Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>The runtime's process-wide environment: made once, its messages sent to the appliance's log.</summary>
public static partial class OnnxEnvironment
{
    private static ILogger? _logger;
    private static DOrtLoggingFunction? _callback;

    /// <summary>The runtime's version.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>Makes the environment. Before the first session; a second call does nothing.</summary>
    public static void Start(ILogger logger)
    {
        if (OrtEnv.IsCreated) return;
        OnnxTelemetry.SwitchOff();
        _logger = logger;
        _callback = Forward;
        var options = new EnvironmentCreationOptions
        {
            logId = "appliance",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            loggingFunction = _callback,
        };
        OrtEnv.CreateInstanceWithOptions(ref options);
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    private static void Forward(nint parameter, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message) =>
        Log.RuntimeMessage(_logger!, severity, message);

    private static partial class Log
    {
        [LoggerMessage(EventIds.RuntimeMessage, LogLevel.Warning, "ONNX Runtime ({Severity}): {Message}")]
        public static partial void RuntimeMessage(ILogger logger, OrtLoggingLevel severity, string message);
    }
}
