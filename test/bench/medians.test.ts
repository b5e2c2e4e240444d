import { describe, expect, test } from 'bun:test'
import { median, percentile, ratio } from './medians'

describe('a percentile', () => {
  const values = [5, 1, 4, 2, 3, 6, 8, 7, 10, 9]

  test('is one of the values, whatever their order', () => {
    expect(percentile(values, 0.5)).toBe(5)
    expect(percentile(values, 0.9)).toBe(9)
    expect(percentile(values, 0.99)).toBe(10)
  })

  test('of a single value is that value', () => {
    expect(percentile([7], 0.01)).toBe(7)
    expect(percentile([7], 0.99)).toBe(7)
  })

  test('of nothing is no number', () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})

describe('a median', () => {
  test('lies in the middle, by size and not by text', () => {
    expect(median([100, 20, 3])).toBe(20)
  })

  test('of an even number is between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN()
  })
})

describe('a ratio', () => {
  test('is taken within each round, so that a slow round of both changes nothing', () => {
    expect(ratio([100, 10, 100], [50, 5, 50])).toBe(2)
  })

  test('is the middle one of the rounds', () => {
    expect(ratio([100, 100, 100], [10, 20, 50])).toBe(5)
  })
})
