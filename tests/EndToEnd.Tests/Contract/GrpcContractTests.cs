using Contracts.Inference;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Models;
using Google.Protobuf.Reflection;

namespace EndToEnd.Tests.Contract;

/// <summary>The protocol's own .proto file against the messages that are served: every call, message and field of theirs is one of ours.</summary>
public sealed class GrpcContractTests
{
    [Fact]
    public async Task Every_call_takes_and_gives_the_same_messages()
    {
        var theirs = Assert.Single((await TheirsAsync()).Service);
        var ours = Assert.Single(Ours.Service);
        Assert.Equal(theirs.Name, ours.Name);
        Assert.NotEmpty(theirs.Method);
        Assert.All(theirs.Method, method => Assert.Contains(Describe(method), ours.Method.Select(Describe)));
    }

    [Fact]
    public async Task Every_field_has_the_same_number_type_and_kind()
    {
        var theirs = await TheirsAsync();
        Assert.Equal(theirs.Package, Ours.Package);
        var ours = Fields(Ours).ToHashSet();
        var fields = Fields(theirs).ToArray();
        Assert.Contains(".inference.ModelInferRequest.raw_input_contents = 7 repeated bytes", fields);
        Assert.Contains(".inference.InferParameter.string_param = 3 optional string in parameter_choice", fields);
        Assert.Equal([], fields.Except(ours));
    }

    private static FileDescriptorProto Ours => InferenceReflection.Descriptor.ToProto();

    private static async Task<FileDescriptorProto> TheirsAsync()
    {
        var proto = ProtocolDocuments.Read("open_inference_grpc.proto");
        using var folder = new TemporaryRepository();
        await File.WriteAllBytesAsync(Path.Combine(folder.Outside, "theirs.proto"), proto);
        var compiled = Path.Combine(folder.Outside, "theirs.bin");
        await Python.CompileAsync(folder.Outside, $"--descriptor_set_out={compiled}", Path.Combine(folder.Outside, "theirs.proto"));
        return Assert.Single(FileDescriptorSet.Parser.ParseFrom(await File.ReadAllBytesAsync(compiled)).File);
    }

    private static string Describe(MethodDescriptorProto method) =>
        $"{method.Name}({(method.ClientStreaming ? "stream " : "")}{method.InputType}) returns ({(method.ServerStreaming ? "stream " : "")}{method.OutputType})";

    private static IEnumerable<string> Fields(FileDescriptorProto file) => file.MessageType.SelectMany(m => Fields("." + file.Package, m));

    private static IEnumerable<string> Fields(string scope, DescriptorProto message)
    {
        var name = $"{scope}.{message.Name}";
        return message.Field.Select(f => Describe(name, message, f)).Concat(message.NestedType.SelectMany(n => Fields(name, n)));
    }

    private static string Describe(string message, DescriptorProto owner, FieldDescriptorProto field)
    {
        var type = field.TypeName.Length > 0 ? field.TypeName : field.Type.ToString().ToLowerInvariant();
        var choice = field.HasOneofIndex ? $" in {owner.OneofDecl[field.OneofIndex].Name}" : "";
        return $"{message}.{field.Name} = {field.Number} {field.Label.ToString().ToLowerInvariant()} {type}{choice}";
    }
}
