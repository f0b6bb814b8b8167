using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>Checks warm-up requests against the inputs that the model turned out to have.</summary>
internal static class WarmupCheck
{
    public static void Check(ModelSettings settings, ConfigRefusals refusals)
    {
        for (var i = 0; i < settings.Warmups.Count; i++)
        {
            var (warmup, field) = (settings.Warmups[i], $"model_warmup[{i}]");
            var most = Math.Max(1, settings.MaxBatchSize ?? 0);
            refusals.Require(warmup.BatchSize <= most, $"{field}.batch_size", warmup.BatchSize, $"the model takes at most {most}");
            foreach (var given in warmup.Inputs)
            {
                CheckInput(given, settings, $"{field}.inputs[\"{given.Name}\"]", refusals);
            }
            foreach (var input in settings.Inputs.Where(input => !input.Optional && warmup.Inputs.All(given => given.Name != input.Name)))
            {
                refusals.Refuse($"{field}.inputs", $"the model's input {DisplayValue.Quote(input.Name)} is not given");
            }
        }
    }

    private static void CheckInput(WarmupInput given, ModelSettings settings, string field, ConfigRefusals refusals)
    {
        var input = settings.Inputs.FirstOrDefault(input => input.Name == given.Name);
        if (!refusals.Require(input is not null, field, given.Name,
            $"the model has no input of this name; it has {DisplayValue.Of(settings.Inputs.Select(each => each.Name))}"))
        {
            return;
        }
        refusals.Require(given.Datatype == input!.Datatype, $"{field}.data_type", given.Datatype.ConfigName(),
            $"the input is {input.Datatype.ConfigName()}");
        refusals.Require(input.Dims is null || Fits(given.Dims, input.Dims), $"{field}.dims", given.Dims,
            $"the input has {Shapes.Text(input.Dims ?? [])}, the batch dimension aside");
    }

    private static bool Fits(IReadOnlyList<long> given, IReadOnlyList<long> dims) => given.Count == dims.Count
        && given.Zip(dims).All(pair => pair.Second == Shapes.Any || pair.First == pair.Second);
}
