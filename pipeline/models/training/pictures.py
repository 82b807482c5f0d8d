"""Reading training pictures, and the rule of who may be trained on.

Pictures carry their person in the name: 'Some_Name_0007.jpg' shows Some_Name. No person of LFW's folds 9 and 10 is
ever trained on or used to choose a checkpoint. Fold 9 stands in the crops as the folder `heldout/`, so that the rule
can be enforced here (refuse_held_out); those of fold 10 have to be absent from the pictures given, and are refused when
`--never` names them.
"""
import hashlib
import os
import zipfile
from typing import NamedTuple

import cv2
import numpy as np

TRAIN_FOLDER = 'train'
"""Folder of the crops that may be trained on."""

HELD_OUT_FOLDER = 'heldout'
"""Folder of the crops that must not be."""

SUFFIXES = ('.jpg', '.jpeg', '.png')
"""Names of pictures end so."""


class Picture(NamedTuple):
    """One grey picture: file name without folders, who is on it, pixels uint8 H,W."""

    name: str
    person: str
    pixels: np.ndarray


class HeldOutPerson(SystemExit):
    """Somebody who must not be trained on is among the training pictures: ends the command with this text, code 1."""


def person_of(name):
    """Who is on the picture of this file name: what stands before the last '_', if a number follows it.

    Otherwise the name says nothing about the person, and the picture counts as a person of its own.
    """
    stem = os.path.splitext(os.path.basename(name))[0]
    person, _, number = stem.rpartition('_')
    return person if person and number.isdigit() else stem


def list_names(source):
    """Names of the pictures in a zip file or below a directory, relative to it, with '/', sorted."""
    if os.path.isdir(source):
        found = [os.path.relpath(os.path.join(root, f), source).replace(os.sep, '/')
                 for root, _, files in os.walk(source) for f in files]
    else:
        with zipfile.ZipFile(source) as z:
            found = z.namelist()
    return sorted(n for n in found if n.lower().endswith(SUFFIXES))


def read_pictures(source, folder='', smallest=1):
    """The pictures of `folder` (empty = all) in a zip file or directory, in grey, sorted by name.

    smallest: pictures with a side of fewer pixels than this are left out, as are files that are no picture.
    """
    prefix = folder + '/' if folder else ''
    names = [n for n in list_names(source) if n.startswith(prefix)]
    archive = None if os.path.isdir(source) else zipfile.ZipFile(source)
    pictures = []
    try:
        for name in names:
            if archive is None:
                with open(os.path.join(source, name), 'rb') as f:
                    data = f.read()
            else:
                data = archive.read(name)
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
            if pixels is not None and min(pixels.shape) >= smallest:
                pictures.append(Picture(os.path.basename(name), person_of(name), pixels))
    finally:
        if archive is not None:
            archive.close()
    return pictures


def has_folder(source, folder):
    """Whether a zip file or directory has pictures in this folder."""
    return any(n.startswith(folder + '/') for n in list_names(source))


def held_out_people(source):
    """The people of `heldout/` in a zip file or directory: a set of names, empty where there is no such folder."""
    return {person_of(n) for n in list_names(source) if n.startswith(HELD_OUT_FOLDER + '/')}


def read_names(path):
    """The names of people in a file, one a line: a set, empty without a file."""
    if not path:
        return set()
    with open(path, encoding='utf-8') as lines:
        return {line.strip() for line in lines if line.strip()}


def refuse_held_out(pictures, held_out):
    """Raises HeldOutPerson if one of these pictures shows somebody of the set of names held_out."""
    found = sorted({p.person for p in pictures} & held_out)
    if found:
        raise HeldOutPerson(f'{len(found)} held-out people among the training pictures, {found[0]} first')


def is_validation(person, seed, share):
    """Whether a person of the training pictures is split off for validation: about `share` (0..1) of all people.

    Depends on the name and the seed alone, so that somebody falls on the same side in every collection of pictures.
    """
    digest = hashlib.sha256(f'{seed}:{person}'.encode()).digest()
    return int.from_bytes(digest[:8], 'big') < share * 2 ** 64


def split(pictures, seed, share):
    """Pictures to train on, and those of the people split off for validation; see is_validation."""
    train = [p for p in pictures if not is_validation(p.person, seed, share)]
    return train, [p for p in pictures if is_validation(p.person, seed, share)]
