namespace GradCam.Explain.Maps;

/// <summary>What the terms of CAM methods are made of. Another backend may put its own instructions, or the text of them, in the numbers' place.</summary>
/// <typeparam name="T">The type itself.</typeparam>
internal interface IMapNumber<T>
    where T : struct, IMapNumber<T>
{
    static abstract T operator +(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>A number.</summary>
    static abstract T Constant(double value);

    /// <summary>The larger one of the number and 0; NaN of NaN.</summary>
    static abstract T Relu(T value);

    /// <summary>The square root; NaN of negative numbers.</summary>
    static abstract T Sqrt(T value);

    /// <summary>0 where the condition is at most 0, and the value elsewhere: also where the condition is NaN.</summary>
    static abstract T UnlessUpTo0(T condition, T value);
}
