namespace GradCam.Gen.Build.Onnx;

/// <summary>Walks over the elements of a shape in row-major order; says the sum of their indices times steps.</summary>
internal struct IndexWalk
{
    private readonly int[] _shape;
    private readonly int[] _steps;
    private readonly int[] _index;
    private int _position;

    /// <param name="shape">The shape.</param>
    /// <param name="steps">One step a dimension.</param>
    /// <param name="start">The first element's position.</param>
    public IndexWalk(int[] shape, int[] steps, int start = 0)
    {
        _shape = shape;
        _steps = steps;
        _index = new int[shape.Length];
        _position = start;
    }

    /// <summary>The positions in a tensor of shape <paramref name="input"/> that is broadcast to <paramref name="output"/>.</summary>
    public static IndexWalk Broadcast(int[] input, int[] output)
    {
        int[] strides = Indexing.Strides(input);
        var steps = new int[output.Length];
        for (int i = 0; i < output.Length; i++)
        {
            int at = i - output.Length + input.Length;
            steps[i] = at < 0 || input[at] == 1 ? 0 : strides[at];
        }
        return new IndexWalk(output, steps);
    }

    /// <summary>The position of the element that is next.</summary>
    public int Next()
    {
        int position = _position;
        for (int d = _shape.Length - 1; d >= 0; d--)
        {
            _position += _steps[d];
            if (++_index[d] < _shape[d])
                break;
            _position -= _steps[d] * _shape[d];
            _index[d] = 0;
        }
        return position;
    }
}
