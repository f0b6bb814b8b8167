namespace TestKit.Fuzzing;

/// <summary>Makes another input of one that is well-formed.</summary>
public interface IMutator
{
    byte[] Mutate(byte[] seed, FuzzRandom random);
}
