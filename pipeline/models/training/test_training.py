"""Quick tests of the networks, the graphs' contract, alignment, the held-out rule and resumption.

Run here with `python3 -m unittest -v`. With TRONIE_WEIGHTS=DIR, the folder of the checkpoints, the graphs shipped beside
this folder are compared with the networks rebuilt from them; without it that test is skipped.
"""
import argparse
import math
import os
import signal
import tempfile
import unittest
import zipfile

import cv2
import numpy as np
import torch

import augment
import export
import faces
import graphs
import nano
import nets
import pictures
import train_detector
import train_embedder
import trainer

WEIGHTS = os.environ.get('TRONIE_WEIGHTS')
"""Folder of the checkpoints, if any."""

SHIPPED = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
"""Where the shipped model folders are."""


def random_network(kind_class):
    """A network with seeded weights whose normalisation has seen some pictures' statistics, ready for inference."""
    torch.manual_seed(3)
    net = kind_class()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, .1)
            module.running_var.uniform_(.8, 1.2)
    return net.eval()


class AlignmentTest(unittest.TestCase):
    """faces.umeyama and faces.align."""

    def test_umeyama_recovers_a_known_similarity(self):
        """Points moved by a turn, a scale and a shift give exactly these back."""
        angle, scale, shift = math.radians(23), 1.7, np.array([12., -5.])
        rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        src = np.random.default_rng(1).uniform(0, 100, (5, 2))
        found = faces.umeyama(src, scale * src @ rotation.T + shift)
        np.testing.assert_allclose(found, np.c_[scale * rotation, shift], atol=1e-9)

    def test_umeyama_never_mirrors(self):
        """Mirrored points give a turn all the same."""
        src = np.float64(faces.ARCFACE_TEMPLATE)
        found = faces.umeyama(src * (-1, 1), src)
        self.assertGreater(np.linalg.det(found[:, :2]), 0)

    def test_align_puts_points_on_the_template(self):
        """A picture with a dot at a landmark shows it at the template's place."""
        points = faces.ARCFACE_TEMPLATE * 2 + (40, 30)
        img = np.zeros((300, 300, 3), np.uint8)
        cv2.circle(img, tuple(int(round(v)) for v in points[2]), 4, (255, 255, 255), -1)
        y, x = np.argwhere(faces.align(img, points)[..., 0] > 100).mean(0)
        np.testing.assert_allclose((x, y), faces.ARCFACE_TEMPLATE[2], atol=.6)


class DetectionTest(unittest.TestCase):
    """Suppression, priors and the detector's graph."""

    def test_nms_keeps_the_best_of_each_face(self):
        """Of two that overlap the better stays, and one that stands apart stays."""
        boxes = np.float32([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60], [0, 5, 10, 15]])
        self.assertEqual([1, 2, 3], list(faces.nms(boxes, np.float32([.7, .9, .8, .6]), .4)))

    def test_nms_of_nothing(self):
        """No boxes in, none out."""
        self.assertEqual([], faces.nms(np.zeros((0, 4), np.float32), np.zeros(0, np.float32)))

    def test_priors_count_and_agree(self):
        """Two a cell of three levels, and the graph's are the plain ones in pixels."""
        h, w = 96, 160
        plain = faces.priors(h, w)
        self.assertEqual((2 * sum(h // s * (w // s) for s in graphs.STEPS), 4), plain.shape)
        graph = graphs.DetectorGraph(torch.nn.Identity(), [127.], 1.)
        np.testing.assert_allclose(graph.priors(h, w, torch.zeros(1)).numpy(), plain * (w, h, w, h), atol=1e-4)

    def test_detector_contract(self):
        """uint8 N,H,W,C in; boxes, descending scores and landmarks out, equal to the plain network's, in any batch."""
        for name, kind in export.KINDS.items():
            with self.subTest(name):
                net = random_network(kind.detector)
                graph = export.detector_graph(kind, random_network(kind.detector), torch.float32)
                images = np.random.default_rng(2).integers(0, 256, (2, 128, 160, kind.channels), dtype=np.uint8)
                with torch.no_grad():
                    boxes, scores, points = graph(torch.from_numpy(images))
                    alone = graph(torch.from_numpy(images[1:]))
                self.assertEqual([(2, 256, 4), (2, 256), (2, 256, 5, 2)], [tuple(t.shape) for t in (boxes, scores, points)])
                self.assertTrue(all(t.dtype == torch.float32 for t in (boxes, scores, points)))
                self.assertTrue(bool((scores[:, 1:] <= scores[:, :-1]).all()))
                self.assertTrue(bool(((scores >= 0) & (scores <= 1)).all()))
                torch.testing.assert_close(alone[1], scores[1:], atol=1e-5, rtol=0)
                for difference in export.detector_difference(kind, net, graph, list(images)):
                    self.assertLess(difference, export.FP32_BOUND)

    def test_fewer_priors_than_k(self):
        """A picture of 32 by 32 pixels has 42 priors, and so many answers."""
        kind = export.KINDS['nano']
        graph = export.detector_graph(kind, random_network(kind.detector), torch.float32)
        with torch.no_grad():
            self.assertEqual((1, 42, 4), tuple(graph(torch.zeros(1, 32, 32, 1, dtype=torch.uint8))[0].shape))


class EmbedderTest(unittest.TestCase):
    """The embedder's graph."""

    def test_embedder_contract(self):
        """uint8 N,112,112,C in; float32 N,128 of unit length out, equal to the plain network's."""
        for name, kind in export.KINDS.items():
            with self.subTest(name):
                net = random_network(kind.embedder)
                graph = export.embedder_graph(kind, random_network(kind.embedder), torch.float32)
                crops = np.random.default_rng(2).integers(0, 256, (3, 112, 112, kind.channels), dtype=np.uint8)
                with torch.no_grad():
                    e = graph(torch.from_numpy(crops))
                self.assertEqual(((3, 128), torch.float32), (tuple(e.shape), e.dtype))
                torch.testing.assert_close(e.norm(dim=1), torch.ones(3), atol=1e-5, rtol=0)
                self.assertLess(export.embedder_difference(kind, net, graph, crops)[0], export.FP32_BOUND)

    def test_quality_stands_behind_the_embedding(self):
        """With a head of quality there is one number more, 0..1, in both forms of the graph, equal to the plain network's."""
        kind = export.KINDS['nano']._replace(embedder=lambda: nano.NanoEmbedder(nano.NEXT, quality=True))
        crops = np.random.default_rng(2).integers(0, 256, (3, 112, 112, 1), dtype=np.uint8)
        for onednn in (False, True):
            graph = export.embedder_graph(kind, random_network(kind.embedder), torch.float32, onednn)
            with torch.no_grad():
                y = graph(torch.from_numpy(crops))
            self.assertEqual((3, 129), tuple(y.shape))
            torch.testing.assert_close(y[:, :128].norm(dim=1), torch.ones(3), atol=1e-5, rtol=0)
            self.assertTrue(bool(((y[:, 128] > 0) & (y[:, 128] < 1)).all()))
            self.assertLess(export.embedder_difference(kind, random_network(kind.embedder), graph, crops)[0], export.FP32_BOUND)

    def test_a_wrong_graph_is_told(self):
        """The comparison sees a network that is not the one exported, and NaN."""
        kind = export.KINDS['nano']
        other = export.embedder_graph(kind, kind.embedder().eval(), torch.float32)
        crops = np.random.default_rng(2).integers(0, 256, (2, 112, 112, 1), dtype=np.uint8)
        self.assertGreater(export.embedder_difference(kind, random_network(kind.embedder), other, crops)[0], export.FP32_BOUND)
        nan = torch.nn.Module()
        nan.forward = lambda x: torch.full((len(x), 128), math.nan)
        self.assertEqual(math.inf, export.embedder_difference(kind, random_network(kind.embedder), nan, crops)[0])

    def test_trunk_and_embed_are_the_network(self):
        """Training's two halves give what the whole gives."""
        for kind_class, channels in ((nano.NanoEmbedder, 1), (nets.MobileFaceNet, 3)):
            net = random_network(kind_class)
            x = torch.randn(2, channels, 112, 112)
            with torch.no_grad():
                self.assertEqual((2, train_embedder.TEACHER_CHANNELS, 7, 7), tuple(net.trunk(x).shape))
                torch.testing.assert_close(net.embed(net.trunk(x)), net(x))


class ShippedTest(unittest.TestCase):
    """The model folders of the project."""

    @unittest.skipUnless(WEIGHTS, 'TRONIE_WEIGHTS is not set: shipped graphs are not compared with their checkpoints')
    def test_shipped_graphs_are_the_networks(self):
        """nano-fp32 equals the networks rebuilt from the checkpoints; nano-bf16 comes close."""
        kind = export.KINDS['nano']
        for precision in ('fp32', 'bf16'):
            with self.subTest(precision):
                folder = os.path.join(SHIPPED, f'nano-{precision}')
                self.assertTrue(export.check(kind, export.networks(kind, WEIGHTS), folder, precision, 7, export.sample_pictures()))


class HeldOutTest(unittest.TestCase):
    """Who may be trained on."""

    def test_person_of(self):
        """Names with a number name a person; others stand for themselves."""
        self.assertEqual('Ann_Lee', pictures.person_of('train/Ann_Lee_0007.jpg'))
        self.assertEqual('shot_28x', pictures.person_of('shot_28x.jpg'))

    def test_split_is_by_person_and_seeded(self):
        """Nobody is on both sides, and the same seed splits alike."""
        some = [pictures.Picture(f'{i // 3}_{i}', str(i // 3), np.zeros((1, 1), np.uint8)) for i in range(3000)]
        train, validation = pictures.split(some, 1, .1)
        self.assertFalse({p.person for p in train} & {p.person for p in validation})
        self.assertEqual(3000, len(train) + len(validation))
        self.assertAlmostEqual(.1, len(validation) / 3000, delta=.03)
        self.assertEqual([p.name for p in validation], [p.name for p in pictures.split(some, 1, .1)[1]])
        self.assertNotEqual([p.name for p in validation], [p.name for p in pictures.split(some, 2, .1)[1]])

    def test_held_out_people_are_refused(self):
        """A picture of somebody in heldout/ among those of train/ stops the training, wherever pictures come from."""
        with tempfile.TemporaryDirectory() as folder:
            crops = os.path.join(folder, 'crops.zip')
            picture = cv2.imencode('.png', np.zeros((112, 112), np.uint8))[1].tobytes()
            with zipfile.ZipFile(crops, 'w') as z:
                for name in ('train/A_1.png', 'train/B_1.png', 'heldout/B_2.png'):
                    z.writestr(name, picture)
            common = ['--teacher', 'none', '--out', folder, '--steps', '1']
            names = os.path.join(folder, 'names.txt')
            with open(names, 'w', encoding='utf-8') as f:
                f.write('C\nA\n')
            with self.assertRaises(pictures.HeldOutPerson):
                train_embedder.main(['--crops', crops, *common])
            with self.assertRaises(pictures.HeldOutPerson):
                train_detector.main(['--faces', crops, '--scenes', folder, *common])
            with zipfile.ZipFile(crops, 'w') as z:
                z.writestr('train/A_1.png', picture)
            with self.assertRaises(pictures.HeldOutPerson):
                train_embedder.main(['--crops', crops, '--never', names, *common])


class FacesTest(unittest.TestCase):
    """Training faces and mosaics."""

    def test_a_step_has_faces_of_its_own_and_the_same_again(self):
        """Steps differ, and each can be had again; pixels are those of a picture."""
        crops = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (9, 112, 112), dtype=np.uint8))
        batches = augment.FaceBatches(crops, 5, 32)
        first, second, again = batches(0), batches(1), augment.FaceBatches(crops, 5, 32)(0)
        self.assertTrue(torch.equal(first.seen, again.seen) and torch.equal(first.clean, again.clean))
        self.assertFalse(torch.equal(first.seen, second.seen))
        self.assertTrue(bool(((first.seen >= 0) & (first.seen <= 255)).all()))

    def test_compression_is_that_of_jpeg(self):
        """A smooth picture survives; noise loses what JPEG takes from it: both as OpenCV's own JPEG of the same quality."""
        smooth = np.tile(np.linspace(60, 200, 112, dtype=np.float32), (112, 1))
        noise = np.clip(smooth + np.random.default_rng(2).normal(0, 30, smooth.shape), 0, 255).astype(np.float32)
        draws = argparse.Namespace(uniform=lambda low, high, n: torch.full((n,), 30.), some=lambda share, n: torch.ones(n, dtype=torch.bool))
        for picture in (smooth, noise):
            wanted = cv2.imdecode(cv2.imencode('.jpg', picture.round().astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 0)
            found = augment.compressed(torch.from_numpy(picture.round())[None], draws)[0].numpy()
            self.assertLess(np.abs(found - wanted).mean(), 1.5)

    def test_the_worst_mosaics_come_again(self):
        """What had the largest errors is in a later batch; what had none is not."""
        batches = iter([torch.full((64, 32, 32), 9, dtype=torch.uint8)] * 400 + [torch.zeros(64, 32, 32, dtype=torch.uint8)])
        mosaics = train_detector.Mosaics(lambda step: next(batches).clone(), 1, False, True)
        for step in range(400):
            mosaics(step)
            mosaics.remember(torch.ones(64))
        mosaics(400)
        self.assertEqual(int(64 * train_detector.HARD_SHARE), int((mosaics.batch.flatten(1) == 9).all(1).sum()))

    def test_validation_counts_whom_it_should(self):
        """A network that answers as the teacher does is right everywhere."""
        answers = []

        class Echo(torch.nn.Module):
            def forward(self, x):
                boxes, scores, points = answers[len(seen)]
                seen.append(x)
                return boxes, torch.logit(scores.clamp(1e-6, 1 - 1e-6)), points

        def teacher(batch):
            torch.manual_seed(len(answers))
            count = 2 * sum((train_detector.SIDE // s) ** 2 for s in graphs.STEPS)
            scores = torch.zeros(len(batch), count)
            scores[:, 700] = .9
            answers.append((torch.zeros(len(batch), count, 4), scores, torch.zeros(len(batch), count, 10)))
            return answers[-1]

        seen = []
        maker = train_detector.MosaicMaker([[np.zeros((64, 64), np.uint8)]], [])
        figures = train_detector.Validation(maker, teacher, 1, 'cpu').figures(Echo())
        self.assertIn('100.0 % of 256', figures)
        self.assertIn('0.0 false in 100', figures)


class TrainerTest(unittest.TestCase):
    """Schedule and resumption."""

    def train(self, folder, steps, stop_at=None, checkpoint='a.pt'):
        """Trains a small network; answers its weight and the exit code. stop_at: step at which a signal comes."""
        parser = argparse.ArgumentParser()
        trainer.add_arguments(parser, seed=1, batch=4, rate=.1)
        args = parser.parse_args(['--steps', str(steps), '--teacher', '-', '--out', folder,
                                  '--checkpoint', os.path.join(folder, checkpoint)])
        torch.manual_seed(args.seed)
        net = torch.nn.Linear(3, 1)
        training = trainer.Trainer(args, {'net': net}, torch.optim.AdamW(net.parameters(), .1))

        def losses(batch):
            """A loss of pictures, and a signal when it is time."""
            if training.step + 1 == stop_at:
                os.kill(os.getpid(), signal.SIGINT)
            loss = net(batch).pow(2).mean()
            return loss, {'loss': loss}

        code = training.run(lambda step: torch.from_numpy(np.random.default_rng(step).normal(size=(8, 3))).float(), losses, lambda net: '')
        return training.result.weight.detach().clone(), code

    def test_resumed_training_equals_an_uninterrupted_one(self):
        """A training stopped after 4 of 9 steps and resumed has the very same weights."""
        with tempfile.TemporaryDirectory() as folder:
            whole, code = self.train(folder, 9, checkpoint='whole.pt')
            self.assertEqual(0, code)
            part, code = self.train(folder, 9, stop_at=4)
            self.assertEqual(128 + signal.SIGINT, code)
            self.assertFalse(torch.equal(whole, part))
            resumed, code = self.train(folder, 9)
            self.assertEqual(0, code)
            self.assertTrue(torch.equal(whole, resumed))

    def test_a_save_cut_short_leaves_the_old_file(self):
        """What cannot be saved does not touch what was saved before."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'x.pt')
            trainer.save_atomically({'a': 1}, path)
            with self.assertRaises(Exception):
                trainer.save_atomically({'a': lambda: 0}, path)
            self.assertEqual({'a': 1}, torch.load(path))


if __name__ == '__main__':
    unittest.main()
