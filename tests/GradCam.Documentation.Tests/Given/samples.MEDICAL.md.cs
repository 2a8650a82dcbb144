// Calls the page's code with what reflection can pass.
namespace Given.Block1
{
    public static class Caller
    {
        public static byte[] Show(ushort[] stored, double center, double width) => Radiograph.Show(stored, center, width);

        public static float Explain(Chest network, byte[] gray, int width, int height, int finding, float[] map, float[] logits)
        {
            using Chest.Session session = network.CreateSession();
            (float probability, float[] found) = Radiograph.Explain(session, gray, width, height, (Chest.Class)finding);
            found.CopyTo(map, 0);
            session.Logits.CopyTo(logits);
            return probability;
        }

        public static void ExplainAllBits(Chest network, ushort[] stored, double mean, double deviation, int finding, float[] map, float[] logits)
        {
            using Chest.Session session = network.CreateSession();
            Radiograph.ExplainAllBits(session, stored, mean, deviation, (Chest.Class)finding).CopyTo(map, 0);
            session.Logits.CopyTo(logits);
        }
    }
}
