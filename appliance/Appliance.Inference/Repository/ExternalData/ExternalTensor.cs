namespace Appliance.Inference.Repository.ExternalData;

/// <summary>A tensor of an ONNX model whose values lie in another file, as the model says it.</summary>
/// <param name="Tensor">The tensor's name; may be empty.</param>
/// <param name="Location">The other file, as it is written; null where the model names none.</param>
/// <param name="Offset">As it is written; null for the file's start.</param>
/// <param name="Length">As it is written; null for all bytes to the file's end.</param>
internal readonly record struct ExternalTensor(string Tensor, string? Location, string? Offset, string? Length);
