namespace Explain;

/// <summary>What stands below the options in --help.</summary>
internal static class ExplainHelp
{
    public const string Examples = """
        Examples:
          explain cat.jpg                            the best class, over the photo: cat.gradcam.png
          explain holiday --recursive --out why      every photo of a folder and its subfolders, results in the folder why
          explain cat.jpg --class dog                where the network would see a dog
          explain cat.jpg --class dog --counterfactual
                                                     what speaks against a dog
          explain cat.jpg --layer layer2 --method layercam --colormap inferno --blend heat
                                                     a finer map of an earlier layer
          explain cat.jpg --raw npy                  cat.gradcam.npy as well, for numpy.load
          explain holiday > results.txt              one line a photo, without colours; messages go to the error stream

        Exit codes:
          0    every photo was explained
          1    some photos could not be read, or their results not be written; the others were explained
          2    the command line asks for what there is not (option, class, layer, empty folder)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM) after a photo; what is written is whole. The second signal ends at once
        """;
}
