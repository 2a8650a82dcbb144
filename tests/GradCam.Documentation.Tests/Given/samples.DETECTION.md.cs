// Calls the page's code with what reflection can pass.
namespace Given.Block1
{
    using GradCam;

    public static class Caller
    {
        public static Detector.Session See(Detector network, byte[] pixels, int width, int height)
        {
            Detector.Session session = network.CreateSession();
            session.Forward(new ImageView(pixels, width, height, PixelFormat.Rgb24));
            return session;
        }

        public static (int, int, float) FindBest(Detector.Session session, int @class) =>
            Detections.FindBest(session.Outputs["scores"], (Detector.Class)@class);

        public static float[] ExplainCell(Detector.Session session, int @class, int row, int column) =>
            Detections.ExplainCell(session, (Detector.Class)@class, row, column);

        public static float[] ExplainBox(Detector.Session session, int @class, MapBox cells) => Detections.ExplainBox(session, (Detector.Class)@class, cells);

        public static float[] ExplainEdge(Detector.Session session, int edge, int row, int column) => Detections.ExplainEdge(session, edge, row, column);
    }
}
