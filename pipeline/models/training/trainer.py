"""What both trainings share: arguments, schedule, checkpoints, progress lines.

Every batch is made from the seed and its step alone, so a resumed training sees what an uninterrupted one would have
seen, with any number of worker processes.
"""
import argparse
import contextlib
import copy
import itertools
import math
import os
import signal
import time

import cv2
import numpy as np
import torch

CHECKPOINT_FORMAT = 2
"""Raised when older checkpoints can no longer be resumed from."""

WARM_UP_STEPS = 100
"""Steps over which the learning rate rises to its full value: Adam's averages mean little before."""

LOWEST_RATE = 1e-5
"""Added to the learning rate, so that the cosine's end still moves the weights."""

AVERAGE_MOST = 0.998
"""Weight of what was before in the running average of the weights, once it has run for some hundred steps."""

TRAINING_STREAM, VALIDATION_STREAM = 0, 1
"""Second number of a random generator's seed, so that training and validation never draw the same pictures."""


def positive(kind):
    """An argparse type: a number of this kind (int or float) above 0."""
    def parse(text):
        """The number; an argparse error if it is 0 or less."""
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f'{text} is not above 0')
        return value
    parse.__name__ = kind.__name__
    return parse


def share(text):
    """An argparse type: a number strictly between 0 and 1."""
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f'{text} is not between 0 and 1')
    return value


def add_arguments(parser, seed, batch, rate):
    """Adds the arguments of every training; seed, batch and rate are its defaults."""
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument('--minutes', type=positive(float), help='train for so many minutes of wall time, resumptions added up')
    length.add_argument('--steps', type=positive(int), metavar='N', help='train for so many steps (batches)')
    parser.add_argument('--teacher', required=True, metavar='FILE', help="the reference network's checkpoint (.pth)")
    parser.add_argument('--out', required=True, metavar='DIR', help='folder for the trained weights; written at the end only')
    parser.add_argument('--warm-start', metavar='FILE', help='weights (.pth) of an earlier training to begin with; default: random')
    parser.add_argument('--never', metavar='FILE',
                        help='people who must not be trained on, a name a line, beside those of heldout/; default: none')
    parser.add_argument('--checkpoint', metavar='FILE',
                        help='resumed from where it exists, written regularly and when interrupted; default: none')
    parser.add_argument('--checkpoint-seconds', type=positive(float), default=120, metavar='SECONDS',
                        help='seconds between checkpoints (default %(default)s)')
    parser.add_argument('--seed', type=int, default=seed, metavar='N', help='of first weights, pictures and split (default %(default)s)')
    parser.add_argument('--batch', type=positive(int), default=batch, metavar='N', help='pictures a step (default %(default)s)')
    parser.add_argument('--learning-rate', type=positive(float), default=rate, metavar='RATE',
                        help='highest rate of AdamW (default %(default)s)')
    parser.add_argument('--no-average', dest='average', action='store_false',
                        help='keep the last weights instead of their running average')
    parser.add_argument('--threads', type=positive(int), default=2, metavar='N', help='CPU threads of the networks (default %(default)s)')
    parser.add_argument('--workers', type=int, default=0, metavar='N',
                        help='processes that make pictures; 0 = the training process does (default %(default)s)')
    parser.add_argument('--device', choices=('cpu', 'cuda'), default='cpu', help='where the networks run (default %(default)s)')
    parser.add_argument('--validation-share', type=share, default=0.05, metavar='SHARE',
                        help='share of the training people (0..1) split off for the validation figure (default %(default)s)')
    parser.add_argument('--report-seconds', type=positive(float), default=30, metavar='SECONDS',
                        help='seconds between progress lines (default %(default)s)')
    parser.add_argument('--validate-steps', type=positive(int), default=1000, metavar='N',
                        help='steps between validation figures (default %(default)s)')


def prepare(args):
    """Sets threads and seeds for this process as the arguments say; answers the torch device."""
    if args.device == 'cuda' and not torch.cuda.is_available():
        raise SystemExit('--device cuda: PyTorch finds no GPU here')
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(args.seed)
    return torch.device(args.device)


def save_atomically(value, path):
    """Saves with torch.save so that `path` holds either what it held or all of the new, whenever this is cut short."""
    part = f'{path}.part'
    with open(part, 'wb') as f:
        torch.save(value, f)
        f.flush()
        os.fsync(f.fileno())
    os.replace(part, path)


class StepBatches(torch.utils.data.Dataset):
    """Batches by step: item i is made by a generator seeded with (seed, TRAINING_STREAM, i)."""

    def __init__(self, picture, seed, batch):
        """picture: function of a numpy generator to a uint8 H,W picture; batch: how many make an item."""
        self.picture = picture
        self.seed = seed
        self.batch = batch

    def __getitem__(self, step):
        """The batch of a step: uint8 batch,H,W."""
        rng = np.random.default_rng((self.seed, TRAINING_STREAM, step))
        return np.stack([self.picture(rng) for _ in range(self.batch)])


class Ahead:
    """Batches of StepBatches, made by worker processes ahead of the training; a function of the step, which must rise by one."""

    def __init__(self, picture, args, first):
        """first: the step that is asked for first."""
        loader = torch.utils.data.DataLoader(StepBatches(picture, args.seed, args.batch), batch_size=None, sampler=itertools.count(first),
                                             num_workers=max(0, args.workers), pin_memory=args.device == 'cuda',
                                             **({'prefetch_factor': 8} if args.workers > 0 else {}))
        self.batches = iter(loader)
        self.device = args.device

    def __call__(self, step):
        """uint8 batch,H,W on the training's device."""
        return next(self.batches).to(self.device, non_blocking=True)


def fast(device):
    """Context in which networks that are trained compute: bfloat16 on a GPU, and on a processor that has it; else float32."""
    kind = torch.device(device).type
    if kind == 'cuda' or getattr(torch.ops.mkldnn, '_is_mkldnn_bf16_supported', lambda: False)():
        return torch.autocast(kind, torch.bfloat16)
    return contextlib.nullcontext()


class Trainer:
    """One training: its length, schedule, checkpoint and progress."""

    def __init__(self, args, modules, optimiser):
        """args: of add_arguments; modules: dict of the networks trained, by name; optimiser: over their parameters.

        The first of the modules is what the training is for: `result` is its running average, or itself with --no-average.
        Continues from args.checkpoint where that exists.
        """
        self.args = args
        self.modules = dict(modules)
        self.student = next(iter(modules.values()))
        self.result = copy.deepcopy(self.student).eval() if args.average else self.student
        if args.average:
            self.modules['average'] = self.result
        self.optimiser = optimiser
        self.step = 0
        self.elapsed = 0.0  # seconds, those before resumptions included
        self.stopped_by = None
        if args.checkpoint:
            os.makedirs(os.path.dirname(os.path.abspath(args.checkpoint)), exist_ok=True)
            if os.path.exists(args.checkpoint):
                self.resume(args.checkpoint)

    def share(self):
        """How much of the training is done: 0..1."""
        done = self.step / self.args.steps if self.args.steps else self.elapsed / (self.args.minutes * 60)
        return min(1.0, done)

    def rate(self):
        """Learning rate of the step to come: a linear warm-up, then half a cosine over the training's length."""
        warm = min(1.0, (self.step + 1) / WARM_UP_STEPS)
        return self.args.learning_rate * warm * (.5 + .5 * math.cos(math.pi * self.share())) + LOWEST_RATE

    def identity(self):
        """What a checkpoint must share with a training that resumes from it: these decide who and what is trained on."""
        return {'format': CHECKPOINT_FORMAT, 'seed': self.args.seed, 'batch': self.args.batch,
                'validation_share': self.args.validation_share}

    def save(self):
        """Writes the checkpoint: weights, optimiser, step, elapsed time and share, random state. Plain values and tensors only."""
        save_atomically({
            **self.identity(),
            'step': self.step,
            'elapsed_seconds': self.elapsed,
            'share': self.share(),
            'modules': {name: module.state_dict() for name, module in self.modules.items()},
            'optimiser': self.optimiser.state_dict(),
            'torch_random': torch.get_rng_state(),
            'cuda_random': torch.cuda.get_rng_state_all() if self.args.device == 'cuda' else [],
        }, self.args.checkpoint)

    def resume(self, path):
        """Takes up a checkpoint; SystemExit with a reason if it is another training's."""
        state = torch.load(path, map_location='cpu')
        for key, wanted in self.identity().items():
            if state.get(key) != wanted:
                raise SystemExit(f'{path} has {key} {state.get(key)}, this training {wanted}: give the same arguments or another file')
        for name, module in self.modules.items():
            module.load_state_dict(state['modules'][name])
        self.optimiser.load_state_dict(state['optimiser'])
        self.step, self.elapsed = state['step'], state['elapsed_seconds']
        torch.set_rng_state(state['torch_random'])
        if self.args.device == 'cuda' and state['cuda_random']:
            torch.cuda.set_rng_state_all(state['cuda_random'])
        print(f'resumed from {path} at step {self.step}, {100 * self.share():.1f} % done', flush=True)

    @torch.no_grad()
    def average(self):
        """Takes the student's weights into the average; its statistics of normalisation too."""
        if self.result is self.student:
            return
        before = min(AVERAGE_MOST, (1 + self.step) / (10 + self.step))
        mine, theirs = self.result.state_dict(), self.student.state_dict()
        numbers = [name for name, value in mine.items() if value.is_floating_point()]
        torch._foreach_mul_([mine[name] for name in numbers], before)
        torch._foreach_add_([mine[name] for name in numbers], [theirs[name] for name in numbers], alpha=1 - before)

    def stop(self, number, _frame):
        """Signal handler: the step under way is finished, then the checkpoint written."""
        self.stopped_by = number

    def run(self, batches, losses, validate, clip=None):
        """Trains until the end or a signal; answers 0, or 128 + the signal's number.

        batches: function of a step to its batch, asked for in order. losses: function of a batch to the loss to minimise and
        a dict of figures to print. validate: function of the network as it would be kept to a text. clip: highest norm of the gradient.
        """
        handlers = {s: signal.signal(s, self.stop) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            return self._steps(batches, losses, validate, clip)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _steps(self, batches, losses, validate, clip):
        """The loop of run()."""
        began = time.monotonic() - self.elapsed
        first, resumed_at = self.step, self.elapsed
        reported, saved = self.elapsed, self.elapsed
        totals, counted = {}, 0
        while self.share() < 1 and self.stopped_by is None:
            for group in self.optimiser.param_groups:
                group['lr'] = self.rate()
            loss, figures = losses(batches(self.step))
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            if clip is not None:
                torch.nn.utils.clip_grad_norm_([p for g in self.optimiser.param_groups for p in g['params']], clip)
            self.optimiser.step()
            self.average()
            self.step += 1
            counted += 1
            for name, value in figures.items():
                # Added up where it was computed: asking a GPU for a number makes it wait for the processor at every step.
                totals[name] = totals.get(name, 0.0) + value.detach()
            self.elapsed = time.monotonic() - began
            validation = validate(self.result) if self.step % self.args.validate_steps == 0 else ''
            if validation or self.elapsed - reported >= self.args.report_seconds:
                pace = (self.step - first) / max(1e-9, self.elapsed - resumed_at)
                means = ' '.join(f'{name} {float(total) / counted:.4f}' for name, total in totals.items())
                print(f'step {self.step} ({100 * self.share():.1f} %) {means} | {pace * self.args.batch:.0f} pictures/s, '
                      f'{self.left(pace)} left{" | " + validation if validation else ""}', flush=True)
                totals, counted, reported = {}, 0, self.elapsed
            if self.args.checkpoint and self.elapsed - saved >= self.args.checkpoint_seconds:
                self.save()
                saved = self.elapsed
        if self.args.checkpoint:
            self.save()
        if self.stopped_by is None:
            return 0
        kept = 'nothing was kept: no --checkpoint'
        if self.args.checkpoint:
            kept = f'resume with the same arguments from {self.args.checkpoint}'
        print(f'stopped at step {self.step} ({100 * self.share():.1f} %); {kept}', flush=True)
        return 128 + self.stopped_by

    def left(self, pace):
        """Time left as text, at a pace of so many steps a second."""
        seconds = (self.args.steps - self.step) / pace if self.args.steps else self.args.minutes * 60 - self.elapsed
        return f'{max(0, seconds) / 60:.1f} min'
