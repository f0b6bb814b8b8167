namespace Trainer.Data;

/// <summary>One feature of the learner: a number, or a category with the texts that training saw, in the order of their codes.</summary>
internal sealed record EncodedFeature(string Name, bool IsCategory, IReadOnlyList<string> Categories);
