namespace GradCam;

/// <summary>What an <see cref="InputMethod"/> needs of a network, beside its forward pass.</summary>
public enum InputNeeds
{
    /// <summary>Nothing: it looks at the scores of changed inputs.</summary>
    Nothing,

    /// <summary>The input's gradient: the network is compiled with <c>[GradCam("input")]</c>.</summary>
    InputGradient,
}
