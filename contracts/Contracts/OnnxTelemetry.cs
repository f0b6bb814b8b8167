using System.Runtime.InteropServices;

namespace Contracts;

/// <summary>
/// Keeps ONNX Runtime from reporting on its users. Its packages carry an uploader of usage events, with a database under the user's cache
/// folder; what an appliance serves stays on its premises.
/// </summary>
public static partial class OnnxTelemetry
{
    /// <summary>Switches it off for this process. Before the runtime's library is loaded: it reads the variable then.</summary>
    public static void SwitchOff()
    {
        // The runtime's own environment: .NET's copy of it is not seen by native libraries.
        if (OperatingSystem.IsLinux()) _ = setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
