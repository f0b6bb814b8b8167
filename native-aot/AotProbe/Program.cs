using AotProbe;

// Runs every boundary that a native build can break: in this program, compiled natively itself, and against the published binary.
// Prints a line for each and ends with 1 if any failed.
if (args.Length != 1 || !File.Exists(Path.Combine(args[0], "appliance")))
{
    Console.Error.WriteLine("usage: aot-probe <folder of the published appliance>");
    return 2;
}
var binary = Path.Combine(args[0], "appliance");

(string Name, Func<Task> Run)[] probes =
[
    ("protobuf: binary, JSON, text format by descriptors", ProtobufProbe.RunAsync),
    ("onnxruntime: bound, dynamic and string tensors, a refused graph, through the model manager", InferenceProbe.RunAsync),
    ("kafka: group, positions, repeated events, dead letters, against mock brokers", KafkaProbe.RunAsync),
    ("published binary: every setting takes a value that is not its default, by variable and by file", () => SettingsProbe.RunAsync(binary)),
    ("published binary: gRPC client and server, REST, metrics", () => TransportProbe.RunAsync(binary)),
];
var failures = 0;
foreach (var (name, run) in probes)
{
    try
    {
        await run();
        Console.WriteLine($"ok      {name}");
    }
    catch (Exception e)
    {
        failures++;
        Console.WriteLine($"FAILED  {name}\n{e}");
    }
}
return failures == 0 ? 0 : 1;
