using System.Text.Json;
using FeatureClients;
using FeatureClients.Calls;
using FeatureClients.Events;
using FeatureClients.Redis;
using FeatureClients.Results;

var options = ClientOptionsParser.Parse(args, out var errors);
if (errors.Count > 0)
{
    Console.Error.WriteLine(string.Join('\n', errors) + "\n" + ClientOptionsParser.Usage);
    return 2;
}
switch (options.Verb)
{
    case ClientVerb.RedisFill:
        await RedisFill.RunAsync(options);
        break;
    case ClientVerb.RedisGather:
        Console.WriteLine(JsonSerializer.Serialize(RedisGather.Run(options), ClientJsonContext.Default.GatherResult));
        break;
    case ClientVerb.Call:
        Console.WriteLine(JsonSerializer.Serialize(await CallLoop.RunAsync(options), ClientJsonContext.Default.CallResult));
        break;
    default:
        Console.WriteLine(JsonSerializer.Serialize(PostRun.Run(options), ClientJsonContext.Default.PostResult));
        break;
}
return 0;
