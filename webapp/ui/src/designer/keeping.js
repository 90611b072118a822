// `bc:set` cannot stand in the descriptor: `set` is a method of every element of moddle. It is an attribute all the same,
// and goes along when an element is copied.

class Keeping {
  constructor(moddleCopy) {
    const copy = moddleCopy.copyElement.bind(moddleCopy);
    moddleCopy.copyElement = (source, target, names, clone) => {
      const copied = copy(source, target, names, clone);
      const said = source.$attrs?.['bc:set'];
      if (said !== undefined && (!names || names.includes('name'))) copied.$attrs['bc:set'] = said;
      return copied;
    };
  }
}

Keeping.$inject = ['moddleCopy'];

export const keeping = { __init__: ['keeping'], keeping: ['type', Keeping] };
