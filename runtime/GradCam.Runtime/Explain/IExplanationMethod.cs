namespace GradCam;

/// <summary>What made a <see cref="Heatmap"/>: a <see cref="CamMethod"/> at a layer, or an <see cref="InputMethod"/> at the input.</summary>
public interface IExplanationMethod
{
    /// <summary>The method's name as papers have it: <c>Grad-CAM++</c>.</summary>
    string Name { get; }

    /// <summary>The method's word on command lines and in files, lower-case: <c>gradcam++</c>.</summary>
    string Key { get; }

    /// <summary>What it computes.</summary>
    string Formula { get; }

    /// <summary>The year in which it was published.</summary>
    int Year { get; }

    /// <summary>Where it was published: authors, title and place.</summary>
    string Paper { get; }

    /// <summary>
    /// What is not as published, a name and a value each: <c>samples 500, baseline black</c>. Empty for the methods in <see cref="ExplanationMethods.All"/>.
    /// </summary>
    string Parameters { get; }
}
