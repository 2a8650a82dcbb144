namespace GradCam.Contract;

/// <summary>
/// What generated code and the runtime agree on: the types of this folder, and what else generated code calls. Generator and runtime compile this source.
/// </summary>
internal static class ContractVersion
{
    /// <summary>One more with every release after which older generated code, or newer on the release before, would not run as it should.</summary>
    public const int Current = 1;
}
